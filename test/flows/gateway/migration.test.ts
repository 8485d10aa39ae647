import { describe, expect, it } from 'vitest';
import type { SeedResource } from '../../../simulator/azure/default-world.ts';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import {
  gatewayId,
  hub,
  inResourceGroup,
  nps01,
  nps02,
  type Stage,
  stage,
  stageAfter,
  stageOf,
  statuses,
  subnetId,
} from '../stage/stage.ts';

const tenantId = '22222222-3333-4444-8555-666666666666';
const toEntra = {
  virtualNetworkGatewayId: gatewayId,
  path: 'to-entra',
  entra: { tenantId, tenantReady: true },
};

const deployed = (options: Parameters<typeof stageAfter>[1] = {}) =>
  stageAfter(async (story) => {
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment.status).toBe('Succeeded');
    await story.host.runFor(60);
  }, options);

const client = (story: Stage) => story.properties(gatewayId)!.vpnClientConfiguration;
const clients = (story: Stage) =>
  story
    .nps('nps-01')
    .state()
    .radiusClients.map(({ name }) => name);
const migrate = (story: Stage, body: unknown) => story.send(body, 'migrations');
const asksForGoAhead = (story: Stage, id: string) =>
  story.until(id, (one) => one.status === 'AwaitingApproval' && stageOf(one, 'goAhead').status === 'Running');

describe('from RADIUS to Entra sign-in', () => {
  it('brings the new way beside the old one, waits for users to move, takes the old one away, and answers', async () => {
    const story = await deployed();
    const secret = await story.call('GET', `deployments?gateway=${gatewayId}`);
    expect(secret.body.deployments).toHaveLength(1);
    const id = await migrate(story, { ...toEntra, ticket: story.webhook('REQ0021111') });

    await asksForGoAhead(story, id);
    expect(client(story)).toMatchObject({
      aadTenant: `https://login.microsoftonline.com/${tenantId}`,
      aadIssuer: `https://sts.windows.net/${tenantId}/`,
      radiusServers: [{ radiusServerAddress: '10.0.1.4' }],
    });
    expect([...client(story).vpnAuthenticationTypes].sort()).toEqual(['AAD', 'Radius']);
    expect([...client(story).vpnClientProtocols].sort()).toEqual(['IkeV2', 'OpenVPN']);
    // Users who have not moved sign in as before.
    expect(clients(story)).toContain('vpngw-hub');
    const other = await story.call('POST', 'rotations', { virtualNetworkGatewayId: gatewayId });
    expect(other).toMatchObject({
      status: 409,
      body: { error: { code: 'DeploymentInProgress', target: id } },
    });
    const question = story.answers().findLast(({ status }) => status === 'AwaitingApproval')!;
    expect(question.text).toContain('users have moved');
    expect(question.text).toContain('To go back:');

    await story.agree(id);
    const deployment = await story.ended(id);
    expect(deployment).toMatchObject({ status: 'Succeeded', percent: 100 });
    expect(statuses(deployment)).toMatchObject({
      plan: 'Succeeded',
      gateway: 'Succeeded',
      goAhead: 'Succeeded',
      pointToSite: 'Succeeded',
      nps: 'Succeeded',
      radiusSecret: 'Succeeded',
      verify: 'Succeeded',
      answer: 'Succeeded',
    });
    expect(client(story)).toMatchObject({
      vpnAuthenticationTypes: ['AAD'],
      vpnClientProtocols: ['OpenVPN'],
      radiusServers: [],
    });
    expect(clients(story)).not.toContain('vpngw-hub');
    expect(story.world.azure.world.vault.secrets.has('radius-hub')).toBe(false);
    expect(
      story.properties(inResourceGroup('Microsoft.Network/publicIPAddresses/vpngw-hub-pip')),
    ).toBeDefined();
    expect(deployment.result).toMatchObject({ migration: { path: 'to-entra' } });
    expect(story.answers().at(-1)).toMatchObject({ status: 'Succeeded', deploymentId: id });
    expect(story.answers().at(-1)!.text).toContain('to-radius');
    const record = await story.call('GET', `deployments/${id}/record`);
    expect(record.body.record ?? record.body).toMatchObject({ kind: 'migration', status: 'Succeeded' });
    // Nothing keeps the gateway on RADIUS any more.
    const run = await story.call('POST', 'compliance/runs', { remediate: false });
    await story.host.runUntil(
      async () => (await story.call('GET', `compliance/runs/${run.body.id}`)).body.status === 'Succeeded',
      { limitMinutes: 60 },
    );
    const { body: report } = await story.call('GET', 'compliance/latest?format=json');
    const rules = report.findings.map(({ rule }: { rule: string }) => rule);
    expect(rules).not.toContain('radius-missing');
  });

  it('leaves both ways where somebody says no, and asks for the end at once when it is sent again', async () => {
    const story = await deployed();
    const first = await migrate(story, toEntra);
    await asksForGoAhead(story, first);
    const { body: plan } = await story.call('GET', `deployments/${first}/plan`);
    expect(plan).toMatchObject({
      removes: { gateway: 'withoutRadius' },
      reasonsToAsk: [{ reason: 'migration' }],
    });
    await story.call('POST', `deployments/${first}/approval`, {
      approved: false,
      by: 'Jonas',
      planDigest: plan.digest,
    });
    expect(await story.ended(first)).toMatchObject({
      status: 'Rejected',
      error: { message: expect.stringContaining('both stay') },
    });
    const both = structuredClone(client(story));
    const writes = () => story.writes().filter(({ url }) => url.includes('virtualNetworkGateways')).length;
    const before = writes();

    const again = await migrate(story, toEntra);
    await asksForGoAhead(story, again);
    expect(client(story)).toEqual(both);
    expect(writes()).toBe(before);
    await story.call('POST', `deployments/${again}/cancel`, { by: 'Jonas' });
    expect(await story.ended(again)).toMatchObject({ status: 'Canceled' });
    expect(client(story)).toEqual(both);
    expect(clients(story)).toContain('vpngw-hub');
  });
});

describe('what a path asks for and refuses', () => {
  it('is told at once, or by the plan, and nothing is written', async () => {
    const story = await deployed();
    const writes = story.writes().length;
    const posted = async (body: unknown) => {
      const { status, body: answer } = await story.call('POST', 'migrations', body);
      return { status, targets: answer.error?.details?.map(({ target }: { target: string }) => target) };
    };
    expect(await posted({ ...its, path: 'to-mars' })).toEqual({ status: 400, targets: ['path'] });
    expect(await posted({ ...its, path: 'to-entra' })).toEqual({ status: 400, targets: ['entra'] });
    expect(await posted({ ...its, path: 'to-entra', entra: { tenantId, tenantReady: false } })).toEqual({
      status: 400,
      targets: ['entra.tenantReady'],
    });
    expect(await posted({ ...its, path: 'az-sku', nps: {} })).toEqual({ status: 400, targets: ['nps'] });
    expect(await posted({ path: 'az-sku', virtualNetworkGatewayId: hub })).toEqual({
      status: 400,
      targets: ['virtualNetworkGatewayId'],
    });
    expect((await posted({ path: 'az-sku', virtualNetworkGatewayId: `${gatewayId}-2` })).status).toBe(404);

    const dry = await story.call('POST', 'deployments/plan', {
      kind: 'migrate',
      ...its,
      path: 'second-server',
      radius: { servers: [{ address: '10.0.1.5', host: nps02 }] },
    });
    expect(dry).toMatchObject({ status: 200, body: { problems: [], migration: { path: 'second-server' } } });
    const not = await story.call('POST', 'deployments/plan', { kind: 'migrate', ...its, path: 'az-sku' });
    expect(not.body).toMatchObject({ problems: [{ code: 'MigrationNotNeeded', target: 'path' }], steps: [] });
    const id = await migrate(story, { ...its, path: 'az-sku' });
    expect(await story.ended(id)).toMatchObject({
      status: 'Failed',
      error: { code: 'RequestRefused', details: [{ code: 'MigrationNotNeeded' }] },
    });
    expect(story.writes()).toHaveLength(writes);
  });
});

const pip = inResourceGroup('Microsoft.Network/publicIPAddresses/pip-of-others');

/** An older gateway, whose users sign in with certificates: a Basic address, a SKU without zones. */
const others = (client: JsonObject): SeedResource[] => [
  {
    id: hub,
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [
        { name: 'servers', properties: { addressPrefix: '10.0.1.0/24' } },
        { name: 'GatewaySubnet', properties: { addressPrefix: '10.0.254.0/27' } },
      ],
    },
  },
  { id: pip, sku: { name: 'Basic' }, properties: { publicIPAllocationMethod: 'Dynamic' } },
  {
    id: gatewayId,
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1', tier: 'VpnGw1' },
      ipConfigurations: [
        { name: 'a', properties: { subnet: { id: subnetId }, publicIPAddress: { id: pip } } },
      ],
      vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/24'] }, ...client },
    },
  },
];
const certificates = {
  vpnAuthenticationTypes: ['Certificate'],
  vpnClientRootCertificates: [{ name: 'corp-root', properties: { publicCertData: 'TUlJQg==' } }],
};
const its = { virtualNetworkGatewayId: gatewayId };
const skuOf = (story: Stage) => story.properties(gatewayId)!.sku.name;
const addressSku = (story: Stage) => (story.world.azure.resource(pip)!.sku as { name: string }).name;
/** Approves what the guardrails ask about, until the approval for the end of the path is asked for. */
async function firstPart(story: Stage, id: string): Promise<void> {
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  if (stageOf(await story.deployment(id), 'approval').status === 'Running') await story.agree(id);
  await asksForGoAhead(story, id);
}
async function decided(story: Stage, id: string, approved: boolean) {
  const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
  await story.call('POST', `deployments/${id}/approval`, { approved, by: 'Jonas', planDigest: plan.digest });
  return story.ended(id);
}

describe('from a Basic to a Standard address', () => {
  it("goes Microsoft's guided way, is taken back by a rejection, and is committed by the next go-ahead", async () => {
    const resources = others({ vpnClientProtocols: ['OpenVPN'], ...certificates });
    const story = await stage({ scenario: { resources } });
    const ip = story.properties(pip)!.ipAddress;
    const wanted = { ...its, path: 'standard-public-ip' };
    const first = await migrate(story, wanted);
    await firstPart(story, first);
    expect([skuOf(story), addressSku(story), story.properties(pip)!.ipAddress]).toEqual([
      'VpnGw1AZ',
      'Standard',
      ip,
    ]);
    expect(await decided(story, first, false)).toMatchObject({
      status: 'Rejected',
      error: { message: expect.stringContaining('undone') },
    });
    expect([skuOf(story), addressSku(story)]).toEqual(['VpnGw1', 'Basic']);

    const again = await migrate(story, wanted);
    await firstPart(story, again);
    expect(await decided(story, again, true)).toMatchObject({ status: 'Succeeded' });
    expect([skuOf(story), addressSku(story), story.properties(pip)!.ipAddress]).toEqual([
      'VpnGw1AZ',
      'Standard',
      ip,
    ]);
    // It is still somebody else's gateway.
    expect(client(story).vpnClientRootCertificates).toHaveLength(1);
    const removal = await story.call('POST', 'removals', its);
    expect((await story.ended(removal.body.id)).error).toMatchObject({ code: 'RequestRefused' });
  });
});

describe('from certificates to RADIUS', () => {
  const toRadius = {
    ...its,
    path: 'to-radius',
    radius: { servers: [{ address: '10.0.1.4', host: nps01 }] },
    nps: { mfaExtension: 'require' },
  };

  it('lets both stand together over OpenVPN until users have moved', async () => {
    const resources = others({ vpnClientProtocols: ['OpenVPN'], ...certificates });
    const story = await stage({ scenario: { resources } });
    const id = await migrate(story, toRadius);
    await firstPart(story, id);
    expect([...client(story).vpnAuthenticationTypes].sort()).toEqual(['Certificate', 'Radius']);
    expect(client(story).vpnClientRootCertificates).toHaveLength(1);
    expect(clients(story)).toContain('vpngw-hub');
    expect(await decided(story, id, true)).toMatchObject({ status: 'Succeeded' });
    expect(client(story)).toMatchObject({
      vpnAuthenticationTypes: ['Radius'],
      vpnClientRootCertificates: [],
    });
    expect(client(story).radiusServers).toHaveLength(1);
  });

  it('is one change over IKEv2, which is asked about as it takes the certificates away', async () => {
    const story = await stage({
      scenario: { resources: others({ vpnClientProtocols: ['IkeV2'], ...certificates }) },
    });
    const id = await migrate(story, toRadius);
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    expect(plan).toMatchObject({ migration: { part: 'only' }, takesAway: [{ what: 'authenticationType' }] });
    const deployment = await decided(story, id, true);
    expect(deployment).toMatchObject({ status: 'Succeeded' });
    expect(statuses(deployment)).toMatchObject({ goAhead: 'Skipped', lastPart: 'Skipped' });
    expect(client(story)).toMatchObject({
      vpnAuthenticationTypes: ['Radius'],
      vpnClientRootCertificates: [],
    });
  });
});

describe('a path that is one change', () => {
  it('brings a second server, then a policy of its own, and says how to go back', async () => {
    const story = await deployed();
    const gone = async (body: JsonObject) => {
      const id = await migrate(story, { ...its, ...body });
      await story.until(id, ({ status }) => status !== 'Running' && status !== 'Pending');
      if ((await story.deployment(id)).status === 'AwaitingApproval') await story.agree(id);
      return story.ended(id);
    };
    const second = { servers: [{ address: '10.0.1.5', host: nps02 }] };
    const servers = await gone({ path: 'second-server', radius: second });
    expect(servers).toMatchObject({ status: 'Succeeded', result: { migration: { part: 'only' } } });
    expect(client(story).radiusServers).toHaveLength(2);
    const policy = await gone({ path: 'own-policy' });
    expect(policy).toMatchObject({ status: 'Succeeded' });
    for (const name of ['nps-01', 'nps-02'] as const)
      expect(
        story
          .nps(name)
          .state()
          .networkPolicies.map((one) => one.name)
          .join(),
      ).toContain('VPN gateway');
    const again = await gone({ path: 'own-policy' });
    expect(again).toMatchObject({ status: 'Failed', error: { details: [{ code: 'MigrationNotNeeded' }] } });
  });
});
