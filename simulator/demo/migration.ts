import { object } from '../azure/wire/messages.ts';
import type { Story } from './story.ts';

const tenantId = '6d1e0d3c-93d6-4a2b-8a36-2f1d7c0a4b55';

/**
 * The alternative that Microsoft recommends: Entra sign-in is added beside RADIUS, users move, and RADIUS is removed
 * with everything that belongs to it.
 */
export async function migration({ say, sent, until, agreed, ended, deployed, world }: Story) {
  const virtualNetworkGatewayId = (await deployed()).result!.gatewayId!;
  const client = () =>
    object(world.azure.resource(virtualNetworkGatewayId)?.properties.vpnClientConfiguration);
  const signIn = () =>
    `${String(client().vpnAuthenticationTypes)} over ${String(client().vpnClientProtocols)}`.replaceAll(
      ',',
      ' and ',
    );
  say('');
  say(
    `Users sign in by ${signIn()}. The tenant is ready for Entra sign-in: POST /api/migrations, path to-entra.`,
  );
  const id = await sent('migrations', {
    virtualNetworkGatewayId,
    path: 'to-entra',
    entra: { tenantId, tenantReady: true },
    ticket: { system: 'webhook', id: 'REQ0021000', callbackUrl: `${world.origin}/hooks/REQ0021000` },
  });
  const { result } = await until(id, ({ status }) => status === 'AwaitingApproval');
  say(`Now they sign in by ${signIn()}: nobody is cut off while they move.`);
  if (result?.migration) say(`For users: ${result.migration.forUsers}`);
  say('Once everybody has the new profile:');
  await agreed(id, ({ takesAway }) => {
    for (const { message } of takesAway) say(`Removes: ${message}`);
  });
  const { status, result: end } = await ended(id);
  for (const change of end?.changes ?? []) say(`  done      ${change}`);
  say(`Users sign in by ${signIn()}.`);
  const clients = world.npsServers.get('nps-01')!.state().radiusClients;
  say(`RADIUS clients left on nps-01: ${clients.map(({ name }) => name).join(', ') || 'none'}`);
  if (end?.migration) say(`To go back: ${end.migration.goBack}`);
  return { outcome: status, path: 'to-entra', removed: end?.removed?.length ?? 0 };
}
