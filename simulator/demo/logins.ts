import { randomBytes } from 'node:crypto';
import type { Narration } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { passTimeDuring } from '../clock.ts';
import type { Local } from '../local/local.ts';
import { login } from '../nps/radius/login.ts';

interface HeldGateway {
  readonly vpnClientConfiguration?: {
    readonly vpnClientProtocols?: readonly string[];
    readonly radiusServers?: readonly { readonly radiusServerSecret?: string }[];
  };
}

/**
 * Two users sign in through the new gateway, over RADIUS on UDP. One approves the request on the phone, the other
 * denies it.
 */
export async function logins(narration: Narration, local: Local, { result }: Deployment): Promise<void> {
  const properties =
    result?.gatewayId && (local.world.azure.resource(result.gatewayId)?.properties as HeldGateway);
  const secret = properties
    ? properties.vpnClientConfiguration?.radiusServers?.[0]?.radiusServerSecret
    : undefined;
  if (!result?.gatewaySubnet || !properties || !secret) return;
  const tunnel = properties.vpnClientConfiguration?.vpnClientProtocols?.includes('IkeV2')
    ? 'IkeV2'
    : 'OpenVPN';
  const gatewayAddress = result.gatewaySubnet
    .split('/')[0]!
    .replace(/\d+$/, (last) => String(Number(last) + 4));
  for (const [user, does] of [
    ['anna', 'approves'],
    ['boris', 'denies'],
  ] as const) {
    const wish = { user, password: `${user}-password`, tunnel, gatewayAddress, secret } as const;
    const { outcome, seconds } = await passTimeDuring(local.clock, () =>
      login(local.world.radius.get('nps-01')!, local.clock, wish, randomBytes),
    );
    narration.say(
      `Sign-in of ${user} (${tunnel}), who ${does} on the phone: ${outcome} after ${Math.round(seconds)} s`,
      {
        login: user,
        outcome,
      },
    );
  }
}
