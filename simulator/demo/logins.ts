import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Narration } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { isVirtual } from '../clock.ts';
import type { Local } from '../local/local.ts';
import { type LoginResult, login } from '../nps/radius/login.ts';

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
    const { outcome, seconds } = await played(local, () =>
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

/** Lets simulated time pass while real datagrams travel. */
async function played({ clock }: Local, signIn: () => Promise<LoginResult>): Promise<LoginResult> {
  let isGoing = true;
  const result = signIn().finally(() => {
    isGoing = false;
  });
  while (isGoing && isVirtual(clock)) {
    await setTimeout(10);
    if (isGoing) clock.advance(500);
  }
  return result;
}
