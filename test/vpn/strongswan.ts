import { type ChildProcess, execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { KeyedCertificate } from '../../simulator/azure/world.ts';
import type { Deployed } from './deployed.ts';
import { ended, type Namespace } from './namespaces.ts';

const plugins = '/usr/lib/ipsec/plugins/libstrongswan-';

/** The files of the packages that this needs, by the names of the packages. */
export const strongSwanFiles = {
  'strongswan-charon': '/usr/lib/ipsec/charon',
  'strongswan-swanctl': '/usr/sbin/swanctl',
  'libcharon-extra-plugins': `${plugins}eap-radius.so`,
  'libcharon-extauth-plugins': `${plugins}eap-mschapv2.so`,
  'libstrongswan-standard-plugins': `${plugins}openssl.so`,
};

/** strongSwan's daemon in a namespace, ESP in user space (`kernel-libipsec`), as many kernels have none. */
interface Charon {
  readonly child: ChildProcess;
  /** What `swanctl` printed, and whether it went well. */
  swanctl(...args: string[]): Promise<{ ok: boolean; output: string }>;
  log(): string;
}

async function startCharon(
  namespace: Namespace,
  folder: string,
  settings: string,
  hosts: Readonly<Record<string, string>> = {},
): Promise<Charon> {
  for (const name of ['x509', 'x509ca', 'private']) mkdirSync(join(folder, name), { recursive: true });
  const [conf, vici, log, hostsFile] = ['strongswan.conf', 'vici', 'log', 'hosts'].map((name) =>
    join(folder, name),
  );
  writeFileSync(conf!, strongSwanConf(vici!, log!, settings), { mode: 0o600 });
  const names = Object.entries(hosts).map(([host, address]) => `${address} ${host}\n`);
  writeFileSync(hostsFile!, `127.0.0.1 localhost\n${names.join('')}`);
  const env = { STRONGSWAN_CONF: conf!, SWANCTL_DIR: folder };
  const child = namespace.start('/usr/lib/ipsec/charon', [], {
    // Daemons of one machine would meet at one pid file.
    setup: `mount -t tmpfs tmpfs /run; mount --bind '${hostsFile}' /etc/hosts`,
    env,
  });
  let said = '';
  child.stdout?.on('data', (text) => (said += text));
  child.stderr?.on('data', (text) => (said += text));
  const swanctl: Charon['swanctl'] = (...args) =>
    new Promise((resolve) => {
      execFile(
        '/usr/sbin/swanctl',
        [...args, '--uri', `unix://${vici}`],
        { env: { ...process.env, ...env } },
        (error, stdout, stderr) => resolve({ ok: !error, output: `${stdout}${stderr}` }),
      );
    });
  // The socket is there a moment before the daemon listens on it.
  while (!existsSync(vici!) || !(await swanctl('--stats')).ok) {
    if (child.exitCode !== null) throw new Error(`charon ended with ${child.exitCode}: ${said}`);
    await setTimeout(20);
  }
  return { child, swanctl, log: () => `${said}${readFileSync(log!, 'utf8')}` };
}

const strongSwanConf = (vici: string, log: string, settings: string) => `
charon {
  load = random nonce openssl aes sha1 sha2 hmac kdf gcm pem x509 pubkey pkcs1 pkcs8 constraints kernel-libipsec kernel-netlink socket-default vici eap-identity eap-mschapv2 eap-radius updown
  filelog {
    ${log} {
      default = 1
      flush_line = yes
    }
  }
  plugins {
    vici {
      socket = unix://${vici}
    }
    ${settings}
  }
}
swanctl {
  load = random openssl pem x509 pubkey pkcs1 pkcs8
}
`;

export interface GatewayWish {
  readonly folder: string;
  /** Name in the profile, and the certificate by which clients know it. */
  readonly host: string;
  readonly certificate: KeyedCertificate;
  /** What clients reach, and where their addresses come from: one pool, or one by group. */
  readonly routes: readonly string[];
  readonly pools: readonly { readonly group?: string; readonly prefix: string }[];
  readonly radius: RadiusWish;
}

export interface RadiusWish {
  readonly servers: Deployed['radiusServers'];
  /** How long an answer is waited for; Azure's gateway waits 30 seconds (VPN Gateway FAQ). */
  readonly seconds: number;
  /** Whether the servers take accounting: strongSwan hangs up on users whom nobody takes account of. */
  readonly accounting: boolean;
}

/** strongSwan in the place of the gateway's IKE part: it asks NPS with `eap-radius` and gives addresses of a pool. */
export async function startGateway(namespace: Namespace, wish: GatewayWish) {
  const charon = await startCharon(namespace, wish.folder, eapRadius(wish.radius));
  writeFileSync(join(wish.folder, 'x509', 'server.pem'), wish.certificate.certificate);
  writeFileSync(join(wish.folder, 'private', 'server.pem'), wish.certificate.key, { mode: 0o600 });
  writeFileSync(join(wish.folder, 'swanctl.conf'), gatewayConf(wish));
  await loaded(charon);
  return {
    log: charon.log,
    /** Takes up other RADIUS servers or secrets, as a gateway does after an update. */
    async ask(radius: RadiusWish): Promise<void> {
      const conf = join(wish.folder, 'strongswan.conf');
      const text = readFileSync(conf, 'utf8').replace(
        /eap-radius \{[\s\S]*?\n {4}\}/,
        eapRadius(radius).trim(),
      );
      writeFileSync(conf, text, { mode: 0o600 });
      const { ok, output } = await charon.swanctl('--reload-settings');
      if (!ok) throw new Error(output);
    },
    stop: () => ended(charon.child),
  };
}

async function loaded({ swanctl, log }: Charon): Promise<void> {
  const { ok, output } = await swanctl('--load-all');
  if (!ok) throw new Error(`${output}\n${log()}`);
}

/** The same request three times within the time, as RADIUS clients do that hear nothing. Load counts besides preference. */
const eapRadius = ({ servers, seconds, accounting }: RadiusWish) => `eap-radius {
      accounting = ${accounting ? 'yes' : 'no'}
      accounting_send_class = yes
      class_group = yes
      sockets = 16
      retransmit_tries = 3
      retransmit_base = 1
      retransmit_timeout = ${seconds / 3}
      servers {
        ${servers
          .map(
            ({ address, secret }, index) =>
              `server${index} {\n address = ${address}\n secret = "${secret}"\n preference = ${Math.max(0, 90 - 80 * index)}\n }`,
          )
          .join('\n')}
      }
    }`;

const gatewayConf = ({ host, routes, pools }: GatewayWish) => `
connections {
  ${pools
    .map(
      ({ group, prefix: _ }, index) => `
  p2s${index} {
    version = 2
    send_cert = always
    unique = never
    pools = pool${index}
    local {
      auth = pubkey
      certs = server.pem
      id = ${host}
    }
    remote {
      auth = eap-radius
      eap_id = %any
      ${group ? `groups = ${group}` : ''}
    }
    children {
      p2s {
        local_ts = ${routes.join(',')}
      }
    }
  }`,
    )
    .join('')}
}
pools {
  ${pools.map(({ prefix }, index) => `pool${index} {\n addrs = ${prefix}\n }`).join('\n')}
}
`;

export interface SignedIn {
  readonly connected: boolean;
  /** The client's own address in the tunnel. */
  readonly address?: string;
  /** What the client was told on the way. */
  readonly output: string;
}

export interface ClientWish {
  readonly folder: string;
  readonly people: readonly { readonly name: string; readonly password: string }[];
  /** Where gateways are, by a name of the test, all of which say that they are `host`. */
  readonly gateways: Readonly<Record<string, string>>;
  /** What names resolve to. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly profile: Pick<Deployed, 'host' | 'routes' | 'rootCertificate'>;
}

/** strongSwan as a user's VPN client: IKEv2 with a user name and a password. */
export async function startClient(namespace: Namespace, wish: ClientWish) {
  const charon = await startCharon(namespace, wish.folder, '', wish.hosts);
  const root = new X509Certificate(wish.profile.rootCertificate).toString();
  writeFileSync(join(wish.folder, 'x509ca', 'root.pem'), root);
  writeFileSync(join(wish.folder, 'swanctl.conf'), clientConf(wish), { mode: 0o600 });
  await loaded(charon);
  return {
    log: charon.log,
    async signIn(user: string, gateway: string): Promise<SignedIn> {
      const { ok, output } = await charon.swanctl(
        '--initiate',
        '--child',
        `${user}-${gateway}`,
        '--timeout',
        '120',
      );
      const address = /installing new virtual IP (\S+)/.exec(output)?.[1];
      return { connected: ok, output, ...(ok && address && { address }) };
    },
    async hangUp(user: string, gateway: string): Promise<void> {
      await charon.swanctl('--terminate', '--ike', `${user}-${gateway}`, '--timeout', '10');
    },
    stop: () => ended(charon.child),
  };
}

const clientConf = ({ people, gateways, profile }: ClientWish) => `
connections {
  ${people
    .flatMap(({ name }) =>
      Object.entries(gateways).map(
        ([gateway, address]) => `
  ${name}-${gateway} {
    version = 2
    remote_addrs = ${address}
    vips = 0.0.0.0
    local {
      auth = eap
      eap_id = ${name}
    }
    remote {
      auth = pubkey
      id = ${profile.host}
    }
    children {
      ${name}-${gateway} {
        remote_ts = ${profile.routes.join(',')}
      }
    }
  }`,
      ),
    )
    .join('')}
}
secrets {
  ${people.map(({ name, password }) => `eap-${name} {\n id = ${name}\n secret = "${password}"\n }`).join('\n')}
}
`;
