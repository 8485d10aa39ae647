import type { Narration } from '../../cli/telling/narration.ts';
import type { Deployment } from '../../shared/deployment/contract.ts';
import type { Counts } from '../host/host.ts';
import type { Local } from '../local/local.ts';
import { logins } from './logins.ts';

/** The orchestrations of a deployment. The check that follows it is not part of it. */
const ofDeployments = ['provisionVpnGateway', 'provisionGateway', 'configureNpsServer', 'keepTelling'];

/** Shows the state at the end: in Azure, on NPS, on the ticket; and where to look next. */
export async function outcome(narration: Narration, local: Local, deployment: Deployment): Promise<void> {
  const { world, host } = local;
  const { result, error, ticket } = deployment;
  const say = (text: string) => narration.say(text);
  say('');
  if (error) say(`Failed: ${error.message} (${error.code})`);
  if (result?.gatewayId)
    say(
      `Azure now has  ${result.gatewayId.split('/').at(-1)}: ${result.gatewaySubnet}, ${result.publicIpAddresses?.join(', ')}`,
    );
  for (const [name, server] of world.npsServers) {
    const { radiusClients, networkPolicies } = server.state();
    for (const client of radiusClients)
      say(`${name} now has  RADIUS client ${client.name} ${client.address}`);
    const granted = networkPolicies.filter(({ grant }) => grant).map((policy) => policy.name);
    if (granted.length > 0) say(`${name} grants   ${granted.join(', ')}`);
  }
  await logins(narration, local, deployment);
  for (const line of answersTo(local, ticket.system, ticket.id)) say(`Ticket ${ticket.id}: ${line}`);
  say('');
  say(
    'Where to look next: README.md for the picture, functions/deployment/provision-vpn-gateway.ts for the steps, npm start to try it.',
  );

  const arm = world.azure.requests.filter(
    ({ service, at }) => service === 'arm' && at <= deployment.endedAt!,
  );
  const counts = host.durable
    .instances()
    .filter(({ name }) => ofDeployments.includes(name))
    .map(({ instanceId }) => host.durable.counts(instanceId));
  const total = (what: keyof Counts) => counts.reduce((sum, one) => sum + one[what], 0);
  narration.end({
    outcome: deployment.status,
    virtualMinutes:
      Math.round((Date.parse(deployment.endedAt!) - Date.parse(deployment.startedAt)) / 6000) / 10,
    armRequests: Object.fromEntries(
      ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'].map((method) => [
        method,
        arm.filter((one) => one.method === method).length,
      ]),
    ),
    historyEvents: total('historyEvents'),
    historyBytes: total('historyBytes'),
    replays: total('replays'),
  });
}

/** The newest answer as the ticket's own system shows it. */
function answersTo({ world }: Local, system: string, id: string): string[] {
  if (system === 'servicenow') return (world.serviceNow.workNotes(id).at(-1) ?? '').split('\n');
  if (system === 'jira') return (world.jira.comments(id).at(-1) ?? '').split('\n');
  const last = world.receiver.deliveries.at(-1);
  return last ? (JSON.parse(last.body) as { text: string }).text.split('\n') : [];
}
