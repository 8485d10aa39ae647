import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Deployed } from './deployed.ts';
import { ended, type Namespace } from './namespaces.ts';

export const freeRadiusFiles = { freeradius: '/usr/sbin/freeradius' };

/**
 * FreeRADIUS in a gateway, between strongSwan and NPS: strongSwan chooses a pool by Class, the Azure gateway by
 * MS-Azure-Policy-ID, so the one is made of the other, by the groups that the gateway has. It asks with `secret` on port 1812.
 */
export async function startGroupChoice(
  namespace: Namespace,
  folder: string,
  { radiusServers, pools }: Pick<Deployed, 'radiusServers' | 'pools'>,
  secret: string,
) {
  writeFileSync(join(folder, 'radiusd.conf'), configuration(folder, radiusServers, pools, secret), {
    mode: 0o600,
  });
  writeFileSync(join(folder, 'dictionary'), dictionary);
  const child = namespace.start('/usr/sbin/freeradius', ['-X', '-d', folder]);
  let said = '';
  child.stdout?.on('data', (text) => {
    said += text;
  });
  child.stderr?.on('data', (text) => {
    said += text;
  });
  while (!said.includes('Ready to process requests')) {
    if (child.exitCode !== null)
      throw new Error(`FreeRADIUS ended with ${child.exitCode}: ${said.slice(-2000)}`);
    await setTimeout(20);
  }
  return { log: () => said, stop: () => ended(child) };
}

/** FreeRADIUS does not know it ([MS-RNAS] 2.2.1.11). */
const dictionary = `
BEGIN-VENDOR Microsoft
ATTRIBUTE MS-Azure-Policy-ID 65 octets
END-VENDOR Microsoft
`;

const configuration = (
  folder: string,
  servers: Deployed['radiusServers'],
  pools: Deployed['pools'],
  secret: string,
) => `
logdir = ${folder}
run_dir = ${folder}
security {
  reject_delay = 0
  status_server = no
}
client gateway {
  ipaddr = 127.0.0.1
  secret = "${secret}"
}
${servers
  .map(
    ({ address, secret: shared }, index) => `
home_server nps${index} {
  type = auth
  ipaddr = ${address}
  port = 1812
  secret = "${shared}"
  response_window = 30
}`,
  )
  .join('')}
home_server_pool nps {
  type = fail-over
  ${servers.map((_, index) => `home_server = nps${index}`).join('\n  ')}
}
realm nps {
  auth_pool = nps
  nostrip
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = 1812
  }
  authorize {
    update control {
      &Proxy-To-Realm := "nps"
    }
  }
  post-proxy {
    ${choices(pools)}
  }
}
`;

function choices(pools: Deployed['pools']): string {
  const put = (group: string) => `update proxy-reply {\n &Class := "${group}"\n }`;
  const [first, ...others] = pools.filter(({ value }) => value !== undefined);
  const otherwise = pools.find(({ value }) => value === undefined)!;
  const when = ({ value, group }: Deployed['pools'][number]) =>
    `(&proxy-reply:MS-Azure-Policy-ID == 0x${value}) {\n ${put(group)}\n }`;
  return `if ${when(first!)}\n${others.map((one) => `elsif ${when(one)}\n`).join('')}else {\n ${put(otherwise.group)}\n }`;
}
