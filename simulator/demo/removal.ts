import type { Story } from './story.ts';

/**
 * A gateway is deployed. Its removal shows what will be removed, waits for an approval, and removes only that.
 */
export async function removal({ say, sent, agreed, ended, deployed, world }: Story) {
  const virtualNetworkGatewayId = (await deployed()).result!.gatewayId!;
  say('');
  say('Later the gateway is not needed any more: POST /api/removals.');
  const id = await sent('removals', { virtualNetworkGatewayId });
  await agreed(id, ({ takesAway }) => {
    for (const { message } of takesAway) say(`Removes: ${message}`);
  });
  const { status, result } = await ended(id);
  for (const change of result?.changes ?? []) say(`  gone      ${change}`);
  const clients = world.npsServers.get('nps-01')!.state().radiusClients;
  say(`RADIUS clients left on nps-01: ${clients.map(({ name }) => name).join(', ') || 'none'}`);
  return { outcome: status, removed: result?.removed?.length ?? 0 };
}
