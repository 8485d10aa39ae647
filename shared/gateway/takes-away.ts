import { sameId } from '../core/resource-id.ts';
import { authenticationTypes } from './authentication-types.ts';
import { groupsTakenAway } from './groups/takes-away.ts';
import type { GatewayWish, TakenAway, VpnGateway } from './model.ts';

/**
 * What a wish takes away from a gateway or replaces, each with who notices. `replacedSecrets`: the RADIUS servers, by
 * address, for which the gateway holds another secret than the one that it is to get.
 */
export function takenAway(
  { pointToSite: current, sku, publicIpIds, activeActive }: VpnGateway,
  wish: GatewayWish,
  replacedSecrets: readonly string[] = [],
): TakenAway[] {
  const wanted = wish.pointToSite;
  const addresses = (current?.radiusServers ?? []).map(({ address }) => address);
  const goes = (what: TakenAway['what'], list: readonly string[], message: (target: string) => string) =>
    list.map((target) => ({ what, target, message: message(target) }));
  return [
    ...goes(
      'radiusServer',
      without(
        addresses,
        wanted.radiusServers.map(({ address }) => address),
      ),
      (address) =>
        `The gateway no longer asks the RADIUS server ${address}: whoever can sign in through it alone cannot connect any more, and one server less answers when another is down.`,
    ),
    ...goes(
      'protocol',
      without(current?.protocols ?? [], wanted.protocols),
      (protocol) =>
        `${protocol} is switched off: everybody whose VPN client uses it cannot connect until they have a new client profile.`,
    ),
    ...goes(
      'authenticationType',
      without(authenticationTypes(current), wanted.authenticationTypes),
      (type) => `${signIn(type)} cannot connect any more.`,
    ),
    ...goes(
      'addressPool',
      without(current?.addressPool ?? [], wanted.addressPool),
      (prefix) =>
        `The client address pool ${prefix} is given up: connected users lose their connection, and firewalls, routes and on-premises sites that let ${prefix} in do not know the new addresses.`,
    ),
    ...groupsTakenAway(current?.groups, wanted.groups),
    ...goes(
      'secret',
      addresses.filter(
        (address) =>
          replacedSecrets.includes(address) && wanted.radiusServers.some((one) => one.address === address),
      ),
      (address) =>
        `The shared secret of the RADIUS server ${address} is replaced: nobody can sign in through it while one side has the old one and the other the new.`,
    ),
    ...goes(
      'sku',
      sameId(sku, wish.sku) ? [] : [sku],
      () =>
        `The SKU ${sku} becomes ${wish.sku}: every connection of the gateway drops for some minutes, site-to-site ones too.`,
    ),
    ...goes(
      'mode',
      activeActive && !wish.activeActive ? ['active-active'] : [],
      () => 'The gateway is active-active no longer: the peers of its second address are cut off.',
    ),
    ...goes(
      'publicIpAddress',
      without(publicIpIds, wish.publicIpIds),
      (id) =>
        `The gateway gives up the public IP address ${id}: site-to-site peers that name it are cut off.`,
    ),
  ];
}

const signIn = (type: string) =>
  ({
    certificate: 'Users who sign in with a certificate',
    aad: 'Users who sign in with Microsoft Entra ID',
    radius: 'Users who sign in through RADIUS',
  })[type.toLowerCase()] ?? `Users who sign in by ${type}`;

function without(list: readonly string[], other: readonly string[]): string[] {
  return list.filter((entry) => !other.some((one) => sameId(one, entry)));
}
