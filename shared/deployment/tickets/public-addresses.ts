import { BlockList, isIP } from 'node:net';

const families = { 4: 'ipv4', 6: 'ipv6' } as const;

function ranges(...prefixes: string[]): BlockList {
  const list = new BlockList();
  for (const prefix of prefixes) {
    const [address, length] = prefix.split('/') as [string, string];
    list.addSubnet(address, Number(length), families[isIP(address) as 4 | 6]);
  }
  return list;
}

const loopback = ranges('127.0.0.0/8', '::1/128');

/**
 * IANA special-purpose registries for IPv4, multicast, and 168.63.129.16, Azure's wire server, which only looks like a
 * public address.
 */
const reservedIpv4 = ranges(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
);

/** Only 2000::/3 is routed on the internet (RFC 4291). ULA, link-local and multicast are outside of it. */
const globalIpv6 = ranges('2000::/3');

/** Inside 2000::/3: IETF protocols with Teredo, documentation, and 6to4, which carries any IPv4 address inside. */
const reservedIpv6 = ranges('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20');

export function isLoopbackAddress(address: string): boolean {
  return within(loopback, address);
}

/** Whether a request may go to this address when the only reason for the host is that a ticket names it. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !within(reservedIpv4, address);
  return isIP(address) === 6 && within(globalIpv6, address) && !within(reservedIpv6, address);
}

/** BlockList itself also checks the IPv4 address inside an IPv4-mapped IPv6 address (`::ffff:127.0.0.1`). */
function within(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, families[family as 4 | 6]);
}
