import { describe, expect, it } from 'vitest';
import {
  actions,
  gatewayId,
  hub,
  inResourceGroup,
  nps02,
  type Stage,
  stageAfter,
  stageOf,
} from '../stage/stage.ts';

/** The hub has its gateway: VpnGw1AZ, IKEv2, one address pool, nps-01. */
const deployed = () =>
  stageAfter(async (story) => {
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment.status).toBe('Succeeded');
    await story.host.runFor(60);
  });

const change = (story: Stage, more: object) => ({
  ticket: story.webhook('REQ0017000'),
  virtualNetworkId: hub,
  ...more,
});
const client = (story: Stage) => story.properties(gatewayId)!.vpnClientConfiguration;
const clientNames = (story: Stage, name: 'nps-01' | 'nps-02') =>
  story
    .nps(name)
    .state()
    .radiusClients.map((one) => one.name);
/** The RADIUS servers that each write of the gateway named, since `from`. */
const askedBy = (story: Stage, from: number) =>
  story
    .requests('PUT', actions.gateway)
    .slice(from)
    .map(({ body }) =>
      JSON.parse(body!).properties.vpnClientConfiguration.radiusServers.map(
        (one: { radiusServerAddress: string }) => one.radiusServerAddress,
      ),
    );

describe('a gateway that is there is changed by a ticket', () => {
  it('in everything at once: told, approved, and the new RADIUS server verified before the old one goes', async () => {
    const story = await deployed();
    const [writes, before] = [story.requests('PUT', actions.gateway).length, structuredClone(client(story))];
    const ticket = change(story, {
      gateway: { sku: 'VpnGw2AZ', activeActive: true },
      pointToSite: { addressPool: ['172.20.0.0/24'], protocols: ['IkeV2', 'OpenVPN'] },
      radius: { servers: [{ address: '10.0.1.5', score: 20, host: nps02 }] },
    });
    const { body: preview } = await story.call('POST', 'deployments/plan', ticket);
    const noticed = (list: { change: string }[]) => list.map((one) => one.change);
    const expected = [
      'serverTakenOff',
      'poolGivenUp',
      'skuResized',
      'madeActiveActive',
      'gatewayWritten',
      'writtenInTurns',
      'serverAdded',
      'protocolAdded',
      'poolAdded',
    ];
    expect(preview.problems).toEqual([]);
    expect(noticed(preview.usersNotice)).toEqual(expected);

    const id = await story.send(ticket);
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect(client(story)).toEqual(before);
    const question = story.answers().at(-1)!.text;
    expect(question).toContain(
      'RADIUS servers in this order: 10.0.1.4 and 10.0.1.5, then 10.0.1.5; 10.0.1.4 is taken off only after 10.0.1.5 is verified',
    );
    expect(question).toContain('What users will also notice:\n- Writing vpngw-hub disconnects');
    // The answer says each thing once.
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    for (const { message } of plan.usersNotice.slice(4)) expect(question.split(message)).toHaveLength(2);

    const ended = await story.ended(await story.agree(id));
    expect(ended).toMatchObject({ status: 'Succeeded' });
    expect(askedBy(story, writes)).toEqual([['10.0.1.4', '10.0.1.5'], ['10.0.1.5']]);
    expect(story.properties(gatewayId)).toMatchObject({ sku: { name: 'VpnGw2AZ' }, activeActive: true });
    expect(story.properties(gatewayId)!.ipConfigurations).toHaveLength(3);
    expect(client(story)).toMatchObject({
      vpnClientAddressPool: { addressPrefixes: ['172.20.0.0/24'] },
      radiusServers: [{ radiusServerAddress: '10.0.1.5', radiusServerScore: 20 }],
    });
    expect(client(story).vpnClientProtocols.toSorted()).toEqual(['IkeV2', 'OpenVPN']);
    // What is on the old server stays, and the answer says so.
    expect(clientNames(story, 'nps-01')).toEqual(['vpngw-hub']);
    expect(clientNames(story, 'nps-02')).toEqual(['vpngw-hub']);
    const { text } = story.answers().at(-1)!;
    expect(text).toMatch(
      /Users notice:\n- The gateway no longer asks the RADIUS server 10\.0\.1\.4.*RADIUS client with the secret\./,
    );
    expect(ended.result!.usersNotice).toHaveLength(expected.length);
  });

  it('and when the new RADIUS server cannot be verified, the old one stays and the same ticket ends it later', async () => {
    const story = await deployed();
    const [writes, before] = [story.requests('PUT', actions.gateway).length, structuredClone(client(story))];
    const ticket = change(story, { radius: { servers: [{ address: '10.0.1.5', host: nps02 }] } });
    const id = await story.agree(await story.send(ticket));
    await story.until(id, (deployment) => stageOf(deployment, 'nps').status === 'Running');
    // Somebody stores another version of the new server's secret while NPS is configured with the first one.
    const { secrets } = story.world.azure.world.vault;
    const name = [...secrets.keys()].find((one) => one.includes('nps-02'))!;
    const [first] = secrets.get(name)!;
    secrets.set(name, [...secrets.get(name)!, { ...structuredClone(first!), version: 'f'.repeat(32) }]);

    const failed = await story.ended(id);
    expect(failed).toMatchObject({ status: 'Failed', error: { code: 'VerificationFailed' } });
    expect(story.answers().at(-1)!.text).toMatch(
      /step "verify": Read again before the gateway is written: .*The gateway still asks 10\.0\.1\.4, which was planned to be removed from it\./,
    );
    expect(client(story)).toEqual(before);
    expect(askedBy(story, writes)).toEqual([]);

    const again = await story.ended(await story.agree(await story.send(ticket)));
    expect(again.status).toBe('Succeeded');
    expect(askedBy(story, writes)).toEqual([['10.0.1.4', '10.0.1.5'], ['10.0.1.5']]);
  });

  it('back to active-standby, its addresses are left in Azure; what Azure refuses is refused in the plan', async () => {
    const story = await deployed();
    const active = await story.ended(
      await story.agree(await story.send(change(story, { gateway: { activeActive: true } }))),
    );
    expect(active.status).toBe('Succeeded');
    const refused = change(story, { gateway: { sku: 'VpnGw5AZ' } });
    const { body: plan } = await story.call('POST', 'deployments/plan', refused);
    expect(plan.problems.map(({ code }: { code: string }) => code)).toEqual(['GatewayOfFirstGeneration']);

    const id = await story.send(change(story, { gateway: { activeActive: false } }));
    const standby = await story.ended(await story.agree(id));
    expect(standby.status).toBe('Succeeded');
    expect(story.properties(gatewayId)!.activeActive).toBe(false);
    expect(story.properties(gatewayId)!.ipConfigurations).toHaveLength(1);
    const third = inResourceGroup('Microsoft.Network/publicIPAddresses/vpngw-hub-pip-3');
    expect(story.properties(third)).toBeDefined();
    expect(story.answers().at(-1)!.text).toContain('stays in Azure, and costs');
  });
});
