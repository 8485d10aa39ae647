import { expect, it } from 'vitest';
import { gatewayId, nps01, nps02, stage, stageOf } from '../stage/stage.ts';

const two = [
  { address: '10.0.1.4', score: 30, host: nps01 },
  { address: '10.0.1.5', score: 10, host: nps02 },
];

it('two NPS servers are configured side by side, each with a secret of its own and its score', async () => {
  const story = await stage();
  const deployment = await story.ended(await story.send(story.ticket({ radius: { servers: two } })));
  expect(deployment.status).toBe('Succeeded');
  const clients = (['nps-01', 'nps-02'] as const).map((name) => story.nps(name).state().radiusClients);
  expect(clients.map((its) => its.length)).toEqual([1, 1]);
  const [first, second] = clients.map(([client]) => client!);
  expect({ ...second, secret: '' }).toEqual({ ...first, secret: '' });
  // The administrator of one server never learns the secret of the other.
  expect(second!.secret).not.toBe(first!.secret);
  const { radiusServers } = story.properties(gatewayId)!.vpnClientConfiguration;
  expect(radiusServers).toEqual([
    { radiusServerAddress: '10.0.1.4', radiusServerScore: 30, radiusServerSecret: first!.secret },
    { radiusServerAddress: '10.0.1.5', radiusServerScore: 10, radiusServerSecret: second!.secret },
  ]);
  const { startedAt, endedAt } = stageOf(deployment, 'nps');
  expect(deployment.result!.changes!.filter((change) => change.startsWith('nps-02: '))).not.toEqual([]);
  expect(Date.parse(endedAt!) - Date.parse(startedAt!)).toBeGreaterThan(0);
  const runs = story.writes().filter(({ method, url }) => method === 'PUT' && url.includes('/runCommands/'));
  expect(runs.map(({ at }) => at)).toEqual([runs[0]!.at, runs[0]!.at]);
});

it('where one of two servers fails, the other is configured, and the failure says which is which', async () => {
  const story = await stage();
  story.nps('nps-02').change((state) => {
    state.failing = 'radius client';
  });
  const ticket = story.ticket({ radius: { servers: two } });
  const deployment = await story.ended(await story.send(ticket));
  expect(deployment).toMatchObject({
    status: 'Failed',
    error: { code: 'ApplyFailed', target: nps02 },
  });
  expect(deployment.error!.message).toMatch(/^nps-02: .*put back.* nps-01 is configured\.$/);
  expect(story.nps('nps-01').state().radiusClients).toHaveLength(1);
  expect(story.nps('nps-02').state().radiusClients).toEqual([]);
  const text = story.answers().at(-1)!.text;
  expect(text).toContain('step "nps"');
  expect(text).toContain('gateway vpngw-hub created');
  expect(text).toContain('nps-01: radiusClient vpngw-hub');

  story.nps('nps-02').change((state) => {
    state.failing = null;
  });
  const again = await story.ended(await story.send(ticket));
  expect(again.status).toBe('Succeeded');
  expect(again.result!.changes!.every((change) => change.startsWith('nps-02: '))).toBe(true);
  const [one, other] = (['nps-01', 'nps-02'] as const).map(
    (name) => story.nps(name).state().radiusClients[0]!,
  );
  // Each server has a secret of its own.
  expect({ ...other, secret: '' }).toEqual({ ...one, secret: '' });
  expect(other!.secret).not.toBe(one!.secret);
});

it('an active-active gateway gets three Standard addresses: one for each instance, one for point-to-site', async () => {
  const story = await stage();
  const deployment = await story.ended(await story.send(story.ticket({ gateway: { activeActive: true } })));
  expect(deployment.status).toBe('Succeeded');
  const gateway = story.properties(gatewayId)!;
  expect(gateway.activeActive).toBe(true);
  const ids: string[] = gateway.ipConfigurations.map(
    (configuration: { properties: { publicIPAddress: { id: string } } }) =>
      configuration.properties.publicIPAddress.id,
  );
  expect(new Set(ids).size).toBe(3);
  const addresses = ids.map((id) => story.properties(id)!.ipAddress);
  expect(deployment.result!.publicIpAddresses).toEqual(addresses);
  expect(story.answers()[0]!.text).toContain(addresses.join(', '));
});
