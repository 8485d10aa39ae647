import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { ComplianceReport } from '../../../shared/compliance/report/report.ts';
import { version } from '../../../shared/core/version.ts';
import { developmentSecrets } from '../../../simulator/local/world.ts';
import { gatewayId, hub, nps01, type Stage, stage, stageAfter, subnetId } from '../stage/stage.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../docs/schemas/compliance-report.json', import.meta.url), 'utf8'),
) as object;
const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const fitsSchema = ajv.compile(schema);

const wish = { pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] } };

/** A gateway that this app has deployed; its own check is over. */
const deployed = (settingsAfter: Readonly<Record<string, string>> = {}): Promise<Stage> =>
  stageAfter(
    async (story) => {
      await story.ended(await story.send(story.ticket(wish)));
      await story.host.runFor(30);
    },
    { settingsAfter },
  );

async function latest(story: Stage): Promise<ComplianceReport> {
  const { status, body } = await story.call('GET', 'compliance/latest');
  expect(status).toBe(200);
  expect(fitsSchema(body), JSON.stringify(fitsSchema.errors, null, 1)).toBe(true);
  return body;
}

/** Checks now, and waits until everything is over, repairs and their own checks included. */
async function check(story: Stage, request?: object): Promise<ComplianceReport> {
  await checkOnly(story, request);
  await story.host.runFor(30);
  return latest(story);
}

async function checkOnly(story: Stage, request?: object): Promise<ComplianceReport> {
  const { status, body } = await story.call('POST', 'compliance/runs', request);
  expect(status).toBe(202);
  await story.host.runUntil(
    async () => (await story.call('GET', `compliance/runs/${body.id}`)).body.status !== 'Running',
    { limitMinutes: 600 },
  );
  const run = (await story.call('GET', `compliance/runs/${body.id}`)).body;
  expect(run).toMatchObject({ status: 'Succeeded', stage: 'done' });
  return run.report;
}

const told = ({ findings }: ComplianceReport) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ rule, status }) => `${status} ${rule}`);

describe('a gateway that this app has deployed', () => {
  it('is checked when its deployment has ended, and has nothing grave', async () => {
    const story = await stage();
    expect(await story.call('GET', 'compliance/latest')).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound' } },
    });
    await story.ended(await story.send(story.ticket(wish)));
    await story.host.runFor(30);
    const report = await latest(story);
    expect(report).toMatchObject({
      trigger: 'deployment',
      scope: { gatewayIds: [gatewayId] },
      gateways: [{ name: 'vpngw-hub', deployed: true, npsServers: [nps01] }],
      npsServers: [{ name: 'nps-01', status: 'compliant', gateways: 1 }],
      unchecked: [],
    });
    expect(told(report)).toEqual(['open radius-single-server']);
  });

  it('whose audit was switched off by hand is told and repaired, and so is told again', async () => {
    const story = await deployed({ COMPLIANCE_REMEDIATE: 'safe' });
    story.nps('nps-01').change((state) => {
      state.audit.failure = false;
    });
    const writes = story.requests('PUT', 'Microsoft.Network/virtualNetworkGateways/write').length;
    await story.host.trigger('complianceDue');
    await story.host.runUntil(async () => {
      const { status, body } = await story.call('GET', 'compliance/runs/compliance-all');
      return status === 200 && body.stage === 'repair';
    });
    const found = await latest(story);
    expect(told(found)).toEqual(['open audit-off', 'open radius-single-server']);
    expect(found.findings.find(({ rule }) => rule === 'audit-off')).toMatchObject({
      target: nps01,
      repair: { status: 'planned', detail: expect.stringContaining('grants access') },
    });

    await story.host.runFor(60);
    const after = await latest(story);
    expect(told(after)).toEqual(['open radius-single-server']);
    expect(after.changes.resolved.map(({ rule }) => rule)).toEqual(['audit-off']);
    expect(story.nps('nps-01').state().audit).toEqual({ success: true, failure: true });
    // No user was disconnected for it, and what was asked for is still known.
    expect(story.requests('PUT', 'Microsoft.Network/virtualNetworkGateways/write')).toHaveLength(writes);
    expect((await check(story)).gateways).toMatchObject([{ deployed: true }]);
  });

  it('whose users somebody keeps out on NPS is told, and nothing of it is taken back but by a ticket with an approval', async () => {
    const story = await deployed();
    story.nps('nps-01').change((state) => {
      state.networkPolicies[0]!.grant = false;
      state.radiusClients[0]!.enabled = false;
      state.audit.failure = false;
    });
    const before = story.nps('nps-01').state();
    const found = await check(story, { remediate: true });
    expect(told(found)).toEqual([
      'open policy-not-granting',
      'open radius-client-disabled',
      'open sign-in-blocked',
      'open audit-off',
      'open radius-single-server',
    ]);
    expect(found.findings.find(({ rule }) => rule === 'policy-not-granting')).toMatchObject({
      target: nps01,
      evidence: [
        "The network policy 'Connections to Microsoft Routing and Remote Access server' denies access: nobody can connect.",
      ],
    });
    expect(found.findings.find(({ rule }) => rule === 'audit-off')!.repair).toEqual({
      status: 'refused',
      detail: 'somebody may have decided to keep its users out, so a person must look at it first',
    });
    await story.host.runFor(60);
    expect(story.nps('nps-01').state()).toEqual(before);

    const id = await story.send(story.ticket(wish));
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const plan = (await story.call('GET', `deployments/${id}/plan`)).body;
    expect(JSON.stringify(plan.steps)).toContain('access permission set to grant');
    expect(JSON.stringify(plan.steps)).toContain('radiusClient vpngw-hub: enabled');
    await story.agree(id);
    await story.ended(id);
    expect(story.nps('nps-01').state()).toMatchObject({
      networkPolicies: [{ grant: true }, { grant: false }],
      radiusClients: [{ enabled: true }],
      audit: { success: true, failure: true },
    });
  });

  it('is not repaired outside the window, nor where a repair could cut somebody off', async () => {
    const story = await deployed({ COMPLIANCE_REPAIR_WINDOW: '22:00-23:00' });
    story.nps('nps-01').change((state) => {
      state.audit.failure = false;
    });
    const early = await check(story, { remediate: true });
    expect(early.findings.find(({ rule }) => rule === 'audit-off')!.repair).toEqual({
      status: 'refused',
      detail: 'repairs begin only from 22:00 to 23:00 UTC',
    });
    story.nps('nps-01').change((state) => {
      state.blastRadius.limitProxyState = false;
    });
    await story.host.runFor((22 * 60 + 5 - story.minutes()) % (24 * 60));
    const inTime = await check(story, { remediate: true });
    expect(inTime.findings.find(({ rule }) => rule === 'audit-off')!.repair).toMatchObject({
      status: 'refused',
      detail: expect.stringContaining('limitProxyState'),
    });
    expect(story.nps('nps-01').state().audit.failure).toBe(false);
  });

  it('whose secret is another on either side is told so, and no secret is in anything that is kept', async () => {
    const story = await deployed();
    const [, versions] = [...story.world.azure.world.vault.secrets].find(([name]) =>
      name.startsWith('radius-'),
    )!;
    const real = versions[0]!.value;
    story.nps('nps-01').change((state) => {
      state.radiusClients[0]!.secret = 'another-secret-on-nps';
    });
    const servers = story.properties(gatewayId)!.vpnClientConfiguration.radiusServers;
    servers[0].radiusServerSecret = 'another-secret-on-the-gateway';
    const report = await check(story);
    expect(told(report)).toEqual([
      'open radius-secret-gateway',
      'open radius-secret-nps',
      'open radius-single-server',
    ]);
    // The records of the deployment were checked, and none was changed.
    expect(report.records).toMatchObject({ virtualNetworks: 1, documents: report.records!.read });
    expect(report.records!.read).toBeGreaterThan(1);
    expect(report.rules.find(({ id }) => id === 'record-changed')?.tally).toMatchObject({ compliant: 1 });
    const histories = story.host.durable
      .instances()
      .filter(({ instanceId }) => /compliance|-all-/.test(instanceId))
      .map(({ instanceId }) => story.host.durable.history(instanceId));
    const html = (await story.call('GET', 'compliance/latest?format=html')).text;
    const csv = (await story.call('GET', 'compliance/latest?format=csv')).text;
    const kept = JSON.stringify([report, html, csv, histories, story.logs]);
    for (const secret of [real, 'another-secret-on-nps', 'another-secret-on-the-gateway'])
      expect(kept).not.toContain(secret);
  });

  it('that lost its RADIUS servers gets them back within the window', async () => {
    const story = await deployed();
    const client = story.properties(gatewayId)!.vpnClientConfiguration;
    client.radiusServers = [];
    const report = await check(story, { remediate: true });
    expect(told(report)).toEqual(['open radius-single-server']);
    expect(story.properties(gatewayId)!.vpnClientConfiguration.radiusServers).toMatchObject([
      { radiusServerAddress: '10.0.1.4' },
    ]);
  });

  it('is told to have a network security group, and a waiver that has run out', async () => {
    const story = await deployed();
    const group = `${hub.slice(0, hub.indexOf('/virtualNetworks'))}/networkSecurityGroups/nsg`;
    const subnet = story
      .properties(hub)!
      .subnets.find((one: { name: string }) => one.name === 'GatewaySubnet');
    subnet.properties.networkSecurityGroup = { id: group };
    const gateway = story.world.azure.resource(gatewayId)!;
    const waive = (until: string) => {
      gateway.tags = {
        'vpn-radius-waive-radius-single-server': `owner=anna; reason=second NPS is ordered; until=${until}`,
        'vpn-radius-waive-gateway-subnet-nsgs': 'owner=anna',
      };
    };
    waive('2030-02-01');
    const first = await check(story);
    expect(told(first)).toEqual([
      'open gateway-subnet-nsg',
      'waived radius-single-server',
      'open waiver-invalid',
    ]);
    expect(first.findings.find(({ rule }) => rule === 'gateway-subnet-nsg')!.evidence[0]).toContain('nsg');
    expect(first.summary).toMatchObject({ waived: 1, findings: { high: 1, medium: 0, low: 1 } });
    waive('2029-12-31');
    expect(told(await check(story))).toEqual([
      'open gateway-subnet-nsg',
      'open radius-single-server',
      'open waiver-expired',
      'open waiver-invalid',
    ]);
    expect(subnetId).toContain('GatewaySubnet');
  });

  it('is waived as a record, which says who decided, counts until its day is over, and can be withdrawn', async () => {
    const story = await deployed();
    const wrong = { rule: 'radius-single', target: '/', owner: '', until: '2029-12-31', by: 'Jonas' };
    const refused = await story.call('POST', 'compliance/waivers', wrong);
    expect(refused.status).toBe(400);
    expect(refused.body.error.details.map(({ target }: { target: string }) => target).sort()).toEqual(
      ['owner', 'reason', 'rule', 'target', 'until'].sort(),
    );
    const wanted = { rule: 'radius-single-server', target: gatewayId, owner: 'anna', until: '2030-01-02' };
    const given = { ...wanted, reason: 'second NPS is ordered', by: 'Jonas' };
    const { by: _, ...nobody } = given;
    expect((await story.call('POST', 'compliance/waivers', nobody)).body.error.details).toMatchObject([
      { code: 'FieldMissing', target: 'by' },
    ]);
    const made = await story.call('POST', 'compliance/waivers', given);
    expect(made).toMatchObject({ status: 201, body: { ...given, state: 'current' } });
    const { id } = made.body;
    expect(made.headers.get('location')).toContain(`/api/compliance/waivers/${id}`);

    const waived = await check(story);
    expect(told(waived)).toEqual(['waived radius-single-server']);
    expect(waived.findings[0]!.waiver).toEqual({
      ...{ owner: 'anna', reason: 'second NPS is ordered', until: '2030-01-02' },
      ...{ by: 'Jonas', id },
    });
    expect(waived.gateways).toMatchObject([{ status: 'compliant' }]);
    for (const format of ['csv', 'html'])
      expect((await story.call('GET', `compliance/latest?format=${format}`)).text, format).toContain('Jonas');

    await story.host.runFor(48 * 60);
    const expired = await check(story);
    expect(told(expired)).toEqual(['open radius-single-server', 'open waiver-expired']);
    expect(expired.findings[1]!.evidence[0]).toContain('by Jonas for anna');
    expect((await story.call('GET', 'compliance/waivers?state=expired')).body.waivers).toMatchObject([
      { id },
    ]);

    const path = `compliance/waivers/${id}/withdrawal`;
    const withdrawn = await story.call('POST', path, { by: 'Grace', comment: 'it is there' });
    expect(withdrawn).toMatchObject({
      status: 200,
      body: { state: 'withdrawn', withdrawn: { by: 'Grace' } },
    });
    const again = await story.call('POST', path, { by: 'Boris' });
    expect(again.body.withdrawn).toEqual(withdrawn.body.withdrawn);
    expect((await story.call('GET', `compliance/waivers/${id}`)).body).toEqual(withdrawn.body);
    expect(told(await check(story))).toEqual(['open radius-single-server']);
    const unknown = id.replace(/.$/, id.endsWith('0') ? '1' : '0');
    expect((await story.call('GET', `compliance/waivers/${unknown}`)).status).toBe(404);
  });
});

describe('tickets', () => {
  const grave = (story: Stage, value: boolean) =>
    story.nps('nps-01').change((state) => {
      state.mfa.requireUserMatch = value;
    });

  it('a new high finding opens one in ServiceNow, which is closed when it is gone', async () => {
    const story = await deployed({
      COMPLIANCE_TICKETS: JSON.stringify({ system: 'servicenow', fields: { urgency: '1' } }),
    });
    grave(story, false);
    const first = await check(story);
    const { ticket, evidence } = first.findings.find(({ rule }) => rule === 'mfa-user-match')!;
    expect(ticket).toMatch(/^INC/);
    const record = story.world.serviceNow.record(ticket!)!;
    expect(record).toMatchObject({
      active: 'true',
      urgency: '1',
      short_description: 'Users without a second factor can connect: nps-01',
    });
    expect(record.description).toContain(evidence[0]!);
    // The same finding again makes no new ticket.
    expect((await check(story)).findings.find(({ rule }) => rule === 'mfa-user-match')!.ticket).toBe(ticket);
    grave(story, true);
    await check(story);
    expect(record).toMatchObject({ state: '6', close_code: 'Solution provided' });
    expect(story.world.serviceNow.workNotes(ticket!)).toEqual([expect.stringContaining('no longer finds')]);
    grave(story, false);
    const again = (await check(story)).findings.find(({ rule }) => rule === 'mfa-user-match')!.ticket;
    expect(again).not.toBe(ticket);
  });

  it('a finding that is waived closes its ticket, which says so; it opens another one when the waiver is withdrawn', async () => {
    const story = await deployed({ COMPLIANCE_TICKETS: JSON.stringify({ system: 'servicenow' }) });
    grave(story, false);
    const ticketNow = async () =>
      (await check(story)).findings.find(({ rule }) => rule === 'mfa-user-match')!.ticket;
    const ticket = await ticketNow();
    const wish = { rule: 'mfa-user-match', target: nps01, owner: 'anna', until: '2030-02-01' };
    const waiver = await story.call('POST', 'compliance/waivers', {
      ...wish,
      reason: 'users move in January',
      by: 'Jonas',
    });
    expect(await ticketNow()).toBeUndefined();
    expect(story.world.serviceNow.record(ticket!)).toMatchObject({ state: '6' });
    expect(story.world.serviceNow.workNotes(ticket!)).toEqual([
      'This is still so on nps-01, but it is waived until 2030-02-01 (anna: users move in January).',
    ]);
    await story.call('POST', `compliance/waivers/${waiver.body.id}/withdrawal`, { by: 'Grace' });
    const another = await ticketNow();
    expect(another).toMatch(/^INC/);
    expect(another).not.toBe(ticket);
    expect(story.world.serviceNow.record(another!)).toMatchObject({ active: 'true' });
    expect(await ticketNow()).toBe(another);
  });

  it('that ServiceNow refuses, or does not answer, is missing in the report, which says why', async () => {
    const story = await deployed({ COMPLIANCE_TICKETS: JSON.stringify({ system: 'servicenow' }) });
    grave(story, false);
    const { faults } = story.world.serviceNow;
    faults.push({ method: 'POST', path: /table\/incident/, effect: { status: 403 } });
    const refused = await check(story);
    const { id, ticket } = refused.findings.find(({ rule }) => rule === 'mfa-user-match')!;
    expect(ticket).toBeUndefined();
    expect(refused.ticketProblems).toEqual([
      { finding: id, reason: expect.stringMatching(/^No ticket could be opened. .*403/) },
    ]);
    faults.push({ path: /table\/incident/, times: 99, effect: 'dropBefore' });
    expect((await check(story)).ticketProblems).toEqual([
      { reason: expect.stringMatching(/could not be reached, and 1 ticket was neither opened nor closed/) },
    ]);
    faults.length = 0;
    const after = await check(story);
    expect(after.findings.find(({ rule }) => rule === 'mfa-user-match')!.ticket).toMatch(/^INC/);
    expect(after).not.toHaveProperty('ticketProblems');
  });

  it('opens one in Jira', async () => {
    const story = await deployed({
      COMPLIANCE_TICKETS: JSON.stringify({ system: 'jira', project: 'NET' }),
    });
    grave(story, false);
    const { ticket } = (await check(story)).findings.find(({ rule }) => rule === 'mfa-user-match')!;
    expect(story.world.jira.issues.get(ticket!)).toMatchObject({
      key: 'NET-1',
      status: 'To Do',
      fields: { summary: 'Users without a second factor can connect: nps-01' },
    });
    grave(story, true);
    await check(story);
    expect(story.world.jira.issues.get(ticket!)!.status).toBe('Done');
  });

  it('are posted to a webhook, signed', async () => {
    const story = await stage();
    const { origin } = story.world;
    const other = await deployed({
      COMPLIANCE_TICKETS: JSON.stringify({ system: 'webhook', url: `${origin}/hooks/findings` }),
    });
    grave(other, false);
    await check(other);
    grave(other, true);
    await check(other);
    const posts = other.world.receiver.deliveries.filter(({ path }) => path === '/hooks/findings');
    expect(posts.map(({ verified, body }) => [verified, JSON.parse(body)])).toMatchObject([
      [true, { event: 'opened', rule: 'mfa-user-match', target: nps01 }],
      [true, { event: 'closed', rule: 'mfa-user-match' }],
    ]);
    expect(developmentSecrets['callback-key']).not.toBe('');
  });
});

describe('what cannot be checked is told, and the run finishes', () => {
  it('a subscription without access', async () => {
    const story = await deployed({
      SUBSCRIPTION_IDS: '11111111-2222-4333-8444-555555555555,00000000-0000-4000-8000-00000000dead',
    });
    const before = await check(story);
    expect(before.unchecked).toMatchObject([
      {
        target: '/subscriptions/00000000-0000-4000-8000-00000000dead',
        reason: expect.stringContaining('not be read'),
      },
    ]);
    story.nps('nps-01').change((state) => {
      state.mfa.requireUserMatch = false;
    });
    await check(story);
    const undo = story.world.azure.faults.add({
      match: { url: '/providers/Microsoft.Network/virtualNetworks?' },
      effect: { kind: 'deny' },
      times: 'always',
    });
    const hidden = await check(story);
    undo();
    expect(hidden.gateways).toMatchObject([{ name: 'vpngw-hub', status: 'nonCompliant' }]);
    expect(hidden.unchecked.map(({ target }) => target)).toContain(gatewayId);
    // NPS was not asked again. So its findings stay, and do not count as fixed.
    expect(hidden.findings.find(({ rule }) => rule === 'mfa-user-match')).toMatchObject({
      status: 'unconfirmed',
    });
    expect(hidden.changes.resolved).toEqual([]);
  });

  it('an NPS host that is off', async () => {
    const story = await deployed();
    const machine = story.world.azure.resource(nps01)!;
    machine.properties.powerState = 'stopped';
    const { azure } = story.world;
    azure.faults.add({
      match: { method: 'GET', url: 'virtualMachines/nps-01?' },
      effect: { kind: 'respond', status: 404, code: 'ResourceNotFound', message: 'It is gone.' },
      times: 'always',
    });
    const report = await check(story);
    expect(report.npsServers).toMatchObject([{ name: 'nps-01', status: 'unknown' }]);
    expect(told(report)).toContain('open radius-server-down');
    const unknown = report.unchecked.find(({ target }) => target === nps01)!;
    expect(unknown.rules).toContain('policy-not-granting');
    expect(report.rules.find(({ id }) => id === 'policy-not-granting')!.tally).toMatchObject({
      compliant: 0,
      unknown: 1,
    });
  });

  it('a gateway that is deleted midway, and one that Resource Graph still tells of', async () => {
    const story = await deployed();
    story.properties(gatewayId)!.sku.name = 'VpnGw1';
    const { azure } = story.world;
    azure.faults.add({
      match: { method: 'GET', url: 'virtualNetworkGateways/vpngw-hub?' },
      effect: { kind: 'respond', status: 404, code: 'ResourceNotFound', message: 'It is gone.' },
      times: 'always',
    });
    const report = await check(story);
    expect(report.gateways).toEqual([]);
    expect(report.findings.filter(({ target }) => target === gatewayId)).toEqual([]);
  });

  it('throttling, at Resource Graph, at Resource Manager and in Key Vault', async () => {
    const story = await deployed();
    const throttled = { kind: 'respond', status: 429, retryAfterSeconds: 20 } as const;
    for (const url of ['ResourceGraph', '/virtualNetworks?', 'listRadiusSecrets', '/secrets/radius-'])
      story.world.azure.faults.add({ match: { url }, effect: throttled, times: 2 });
    const report = await check(story);
    expect(report.unchecked).toEqual([]);
    expect(told(report)).toEqual(['open radius-single-server']);
  });
});

describe('requests', () => {
  /** A world without any events yet. */
  let quiet: Stage | undefined;

  it('a scope: one gateway is looked at, and the others stay as they were', async () => {
    const story = await deployed();
    const all = await check(story);
    expect(all.trend).toEqual([]);
    const one = await check(story, {
      scope: [gatewayId.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')],
    });
    expect(one.gateways).toHaveLength(1);
    expect(one.trend).toMatchObject([{ id: all.id }]);
    const gone = await check(story, { scope: gatewayId.replace('vpngw-hub', 'nobody') });
    expect(gone.unchecked).toMatchObject([{ reason: expect.stringContaining('no VPN gateway') }]);
    expect(gone.gateways).toHaveLength(1);
    const subscription = await check(story, { scope: '11111111-2222-4333-8444-555555555555' });
    expect(subscription.scope.subscriptionIds).toHaveLength(1);
  });

  it.each([
    [{ scope: ['/subscriptions/nobody'] }, 'scope[0]'],
    [{ scope: [] }, 'scope'],
    [{ remediate: 'yes' }, 'remediate'],
    [{ remidiate: true }, 'remidiate'],
  ])('%j is refused, and names what is wrong', async (body, target) => {
    const story = await stage();
    const answer = await story.call('POST', 'compliance/runs', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest' } } });
    expect(answer.body.error.details.map((one: { target: string }) => one.target)).toContain(target);
    expect(story.host.durable.instances()).toEqual([]);
  });

  it('a second one meets the run that is under way; forms that do not exist and runs that are unknown are told', async () => {
    const story = await deployed();
    const first = await story.call('POST', 'compliance/runs');
    const second = await story.call('POST', 'compliance/runs', {});
    expect([first.body.alreadyRunning, second.body.alreadyRunning]).toEqual([false, true]);
    expect(second.body).toMatchObject({
      id: 'compliance-all',
      statusUrl: expect.stringContaining('/api/compliance/runs/'),
    });
    await story.host.runFor(60);
    expect(await story.call('GET', 'compliance/latest?format=xml')).toMatchObject({ status: 400 });
    expect(await story.call('GET', 'compliance/runs/compliance-nothing')).toMatchObject({ status: 404 });
    const csv = await story.call('GET', 'compliance/latest?format=csv');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text).toContain('medium,open,radius-single-server');
    const html = await story.call('GET', 'compliance/latest?format=html');
    expect(html.headers.get('content-type')).toContain('text/html');
    expect(html.text).toContain('There is only one RADIUS server');
    // It loads nothing from elsewhere.
    expect(html.text).not.toMatch(/(?:src|href)="http/);
    // A run that was stopped from outside has no end of its own.
    await story.call('POST', 'compliance/runs');
    const run = '/runtime/webhooks/durabletask/instances/compliance-all';
    await story.host.fetch(`${run}/terminate?reason=test`, { method: 'POST' });
    await story.host.runFor(1);
    expect((await story.call('GET', 'compliance/runs/compliance-all')).body).toMatchObject({
      status: 'Failed',
      error: { code: 'CheckBroken' },
    });
  });

  it('earlier reports stay as they were written, and are found by time and trigger', async () => {
    const story = await deployed();
    const first = await latest(story);
    story.nps('nps-01').change((state) => {
      state.networkPolicies[0]!.grant = false;
    });
    const second = await check(story);
    const list = async (query = '') => (await story.call('GET', `compliance/reports${query}`)).body;
    expect(await list()).toEqual({
      reports: [second, first].map((report) => ({
        id: report.id,
        trigger: report.trigger,
        startedBy: report.startedBy,
        scope: report.scope,
        startedAt: report.startedAt,
        endedAt: report.endedAt,
        summary: report.summary,
        new: report.changes.new.length,
        resolved: report.changes.resolved.length,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    });
    const own = story.host.durable.instances().find(({ instanceId }) => instanceId.startsWith('vpn-'))!;
    expect(first.startedBy).toEqual({ name: 'deployment', id: own.instanceId });
    expect(second.startedBy).toEqual({ name: 'function key' });
    expect((await list('?trigger=deployment')).reports).toMatchObject([{ id: first.id }]);
    expect((await list(`?from=${second.startedAt}`)).reports).toMatchObject([{ id: second.id }]);
    expect((await list('?to=2029-12-31')).reports).toEqual([]);
    expect((await list(`?continuation=${second.id}`)).reports).toMatchObject([{ id: first.id }]);

    const [{ sha256 }] = (await list('?trigger=deployment')).reports;
    const shown = (form: string) => story.call('GET', `compliance/reports/${first.id}?format=${form}`);
    const { text } = await shown('json');
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    expect(JSON.parse(text)).toEqual(first);
    for (const form of ['csv', 'html']) expect((await shown(form)).text).toContain(sha256);
    expect(first).toMatchObject({
      subscriptions: [{ status: 'partly', gateways: 1 }],
      gateways: [{ passed: expect.arrayContaining(['gateway-not-route-based']) }],
      npsServers: [{ passed: expect.arrayContaining(['policy-not-granting']) }],
      versions: { app: version, npsModule: expect.stringMatching(/^sha256:/) },
    });
    const [server] = second.npsServers;
    expect(server!.passed).not.toContain('policy-not-granting');
  });

  it.each([
    ['?severity=high', 400, 'severity'],
    ['?trigger=cron', 400, 'trigger'],
    ['?from=yesterday', 400, 'from'],
    ['?continuation=next', 400, 'continuation'],
    ['?continuation=20309999T050000Z-all', 400, 'continuation'],
    ['/nonsense', 404, 'nonsense'],
    ['/..%5C..%5Clatest', 404, '..\\..\\latest'],
    ['/20300101T050000Z-all?format=xml', 400, 'format'],
    ['/20300101T050000Z-all', 404, '20300101T050000Z-all'],
  ])('compliance/reports%s is a %d about %s', async (path, status, target) => {
    const story = quiet ?? (await stage());
    quiet = story;
    const answer = await story.call('GET', `compliance/reports${path}`);
    expect(answer).toMatchObject({ status, body: { error: { target } } });
  });

  it('subscribers of the topic hear of it', async () => {
    const story = await deployed();
    await check(story);
    const events = story.world.azure.topicEvents.filter(
      ({ type }) => type === 'VpnRadius.Compliance.Completed',
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      data: { trigger: 'request', summary: { gateways: { total: 1 }, findings: { high: 0 } } },
    });
  });
});
