import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { KeyedCertificate } from '../../simulator/azure/world.ts';
import type { Deployed } from './deployed.ts';
import { ended, type Namespace } from './namespaces.ts';
import type { RadiusWish, SignedIn } from './strongswan.ts';

const plugin = '/usr/lib/openvpn/radiusplugin.so';

/** The files of the packages that this needs, by the names of the packages. */
export const openVpnFiles = { openvpn: '/usr/sbin/openvpn', 'openvpn-auth-radius': plugin };

const blockOf = (name: string, file: string) =>
  new RegExp(`<${name}>[\\s\\S]*</${name}>`).exec(file)?.[0] ?? '';

/** The network and the mask of a prefix, as OpenVPN writes them. */
function maskedOf(prefix: string): string {
  const [network = '', length] = prefix.split('/');
  const bits = (0xffffffff << (32 - Number(length))) >>> 0;
  return `${network} ${[24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')}`;
}

/**
 * OpenVPN in the place of the tunnel part of the gateway. It asks NPS with `openvpn-auth-radius`. Its key against strangers,
 * cipher and digest are those of the file that its clients have.
 */
export async function startOpenVpnGateway(
  namespace: Namespace,
  folder: string,
  {
    publicIp,
    openVpn,
    routes,
    pool,
    certificate,
  }: Pick<Deployed, 'publicIp' | 'openVpn' | 'routes'> & { pool: string; certificate: KeyedCertificate },
  { servers, seconds }: Pick<RadiusWish, 'servers' | 'seconds'>,
) {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const same = (option: string) => new RegExp(`^${option} .*$`, 'm').exec(openVpn)![0];
  mkdirSync(join(folder, 'ccd'), { recursive: true });
  const server = join(folder, 'server.conf');
  const radius = file(
    'radius.conf',
    `NAS-Identifier=OpenVpn
Service-Type=2
Framed-Protocol=1
NAS-Port-Type=5
NAS-IP-Address=${publicIp}
OpenVPNConfig=${server}
subnet=${maskedOf(pool).split(' ')[1]}
overwriteccfiles=true
${servers.map(({ address, secret }) => `server\n{\n\tacctport=1813\n\tauthport=1812\n\tname=${address}\n\tretry=1\n\twait=${Math.ceil(seconds)}\n\tsharedsecret=${secret}\n}`).join('\n')}
`,
  );
  file(
    'server.conf',
    `local ${publicIp}
port 443
proto tcp-server
dev tun
topology subnet
server ${maskedOf(pool)}
${routes.map((route) => `push "route ${maskedOf(route)}"`).join('\n')}
cert ${file('server.pem', certificate.certificate)}
key ${file('server.key', certificate.key)}
ca ${join(folder, 'server.pem')}
dh none
verify-client-cert none
username-as-common-name
${same('cipher')}
${same('auth')}
key-direction 0
${blockOf('tls-auth', openVpn)}
client-config-dir ${join(folder, 'ccd')}
tmp-dir ${folder}
status ${join(folder, 'status')} 1
plugin ${plugin} ${radius}
verb 3
`,
  );
  const child = namespace.start('/usr/sbin/openvpn', ['--config', server]);
  const log = await saying(child, 'Initialization Sequence Completed');
  return { log, stop: () => ended(child) };
}

/** Waits until a program says a thing, or has ended. */
async function saying(child: ChildProcess, ...awaited: string[]): Promise<() => string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  while (!awaited.some((one) => said.includes(one)) && child.exitCode === null) await setTimeout(20);
  return () => said;
}

/** A user connects with OpenVPN and the file of the client profile as it is. `leave` takes the tunnel down. */
export async function connectWithOpenVpn(
  namespace: Namespace,
  folder: string,
  { openVpn, host, publicIp }: Pick<Deployed, 'openVpn' | 'host' | 'publicIp'>,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<SignedIn & { leave(): Promise<void> }> {
  writeFileSync(join(folder, 'vpnconfig.ovpn'), openVpn);
  writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost\n${publicIp} ${host}\n`);
  writeFileSync(join(folder, name), `${name}\n${password}\n`, { mode: 0o600 });
  const child = namespace.start(
    '/usr/sbin/openvpn',
    ['--config', join(folder, 'vpnconfig.ovpn'), '--auth-user-pass', join(folder, name), '--verb', '3'],
    { setup: `mount --bind '${join(folder, 'hosts')}' /etc/hosts` },
  );
  const log = await saying(child, 'Initialization Sequence Completed', 'AUTH_FAILED');
  const output = log();
  const connected = output.includes('Initialization Sequence Completed');
  const address = /net_addr_v4_add: (\S+?)\/\d+ dev/.exec(output)?.[1];
  const leave = () => ended(child);
  if (!connected) await leave();
  return { connected, output, leave, ...(connected && address && { address }) };
}
