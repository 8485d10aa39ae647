import { hubNetworkId, npsMachineId } from '../azure/default-world.ts';
import { list, object } from '../azure/wire/messages.ts';
import { signIn } from '../rehearsal/sign-in.ts';
import type { Story } from './story.ts';

/** A gateway changes while people sign in: a larger SKU, another pool, and one NPS server in place of another. */
export async function changeGateway(story: Story) {
  const { say, sent, agreed, ended, deployed, world } = story;
  const { gatewayId = '', gatewaySubnet = '' } = (await deployed()).result ?? {};
  const signsIn = async (user: string) => {
    const from = gatewaySubnet.replace(/\d+\/\d+$/, (last) => String(Number.parseInt(last, 10) + 4));
    const { outcome, servers } = await signIn(story, { gateway: gatewayId, from, user });
    const by = servers.at(-1)?.server;
    story.narration.say(`Sign-in of ${user}: ${outcome}${by ? ` by ${by}` : ''}`, {
      login: user,
      outcome,
      by,
    });
    return outcome;
  };
  say('');
  await signsIn('anna');
  say(
    'Ticket REQ0017000 asks for a larger SKU, the address pool 172.20.0.0/24, and nps-02 in place of nps-01.',
  );
  const id = await sent('tickets', {
    ticket: { system: 'webhook', id: 'REQ0017000', callbackUrl: `${world.origin}/hooks/REQ0017000` },
    virtualNetworkId: hubNetworkId,
    gateway: { sku: 'VpnGw2AZ' },
    pointToSite: { addressPool: ['172.20.0.0/24'] },
    radius: { servers: [{ address: '10.0.1.5', host: npsMachineId.replace(/nps-01$/, 'nps-02') }] },
  });
  await agreed(id, (plan) => {
    for (const step of plan.steps.filter(({ action }) => action === 'update'))
      for (const what of step.changes ?? []) say(`  ${step.name.padEnd(12)} ${what}`);
    if (!('usersNotice' in plan)) return;
    for (const { message, source } of plan.usersNotice) say(`Users notice: ${message} (${source})`);
  });
  const writes = () =>
    world.azure.requests.filter(
      ({ method, action, status }) => method === 'PUT' && action === gatewayWrite && status < 300,
    );
  const before = writes().length;
  const { status, result } = await ended(id);
  say('');
  for (const { at, body } of writes().slice(before)) {
    const { vpnClientConfiguration } = object(object(JSON.parse(body ?? '{}')).properties);
    const servers = list(object(vpnClientConfiguration).radiusServers).map((one) => one.radiusServerAddress);
    say(`At ${at.slice(11, 16)} the gateway was told to ask ${servers.join(' and ')}`);
  }
  for (const done of result?.changes ?? []) say(`  done      ${done}`);
  const login = await signsIn('anna');
  return { outcome: status, usersNotice: result?.usersNotice?.length ?? 0, login };
}

const gatewayWrite = 'Microsoft.Network/virtualNetworkGateways/write';
