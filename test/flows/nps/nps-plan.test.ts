import { beforeAll, describe, expect, it } from 'vitest';
import { freshNpsServer, type NpsServerState, type RadiusClient } from '../../../simulator/nps/state.ts';
import { gatewayId, hub, nps01, type Stage, stage, stageOf } from '../stage/stage.ts';

const others = (count: number): RadiusClient[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `wifi-${index}`,
    address: `10.8.0.${index + 1}`,
    vendor: 'RADIUS Standard',
    enabled: true,
    authAttributeRequired: false,
    secret: `secret-of-wifi-${index}`,
  }));

const client = (name: string, address: string): RadiusClient => ({ ...others(1)[0]!, name, address });

describe('what NPS refuses is a problem of the plan: nothing is written, no gateway is billed', () => {
  let story: Stage;
  beforeAll(async () => {
    story = await stage();
  });

  /** The deployment of a ticket that meets a server in this state. */
  async function refusal(state: Partial<NpsServerState>) {
    story.nps('nps-01').change((server) => Object.assign(server, freshNpsServer('NPS-01'), state));
    const before = JSON.stringify(story.nps('nps-01').state());
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(JSON.stringify(story.nps('nps-01').state())).toBe(before);
    return deployment;
  }

  const { mfa } = freshNpsServer('x');
  it.each<[string, Partial<NpsServerState>, string, string]>([
    ['no MFA extension', { mfa: { ...mfa, installed: false } }, 'MfaExtensionMissing', 'not installed'],
    [
      'an extension that nobody registered',
      { mfa: { ...mfa, tenantId: null, certificate: null } },
      'NpsNotReady',
      'not registered',
    ],
    [
      'a RADIUS client of that name for another device',
      { radiusClients: [client('vpngw-hub', '192.168.9.9')] },
      'RadiusClientConflict',
      'vpngw-hub',
    ],
    [
      'RADIUS clients for single instances',
      { radiusClients: [client('by-hand', '10.0.255.4')] },
      'RadiusClientNarrower',
      "'by-hand' (10.0.255.4)",
    ],
    [
      'RADIUS clients for single instances with the secret that the client of the gateway is to lose',
      { radiusClients: [client('vpngw-hub', '10.0.255.0/27'), client('by-hand', '10.0.255.4')] },
      'RadiusClientNarrower',
      'not the one that vpngw-hub will have',
    ],
    [
      'requests that are forwarded, while there is no client yet',
      {
        requestPolicies: [
          {
            name: 'To the head office',
            enabled: true,
            order: 1,
            conditions: ['MATCH("NAS-Port-Type=^5$")'],
            provider: 'forward',
            group: 'HQ',
          },
        ],
      },
      'NpsNotReady',
      "forwards to the remote RADIUS servers 'HQ'",
    ],
    ['Server Core', { serverCore: true }, 'ServerCore', 'Server Core'],
    ['no policy of the article', { networkPolicies: [] }, 'PolicyNotFound', 'no network policy named'],
    [
      'an address that the server does not have itself',
      { addresses: ['10.0.1.99'] },
      'RadiusAddressOfAnotherMachine',
      '10.0.1.99',
    ],
  ])('%s', async (_, state, code, said) => {
    const deployment = await refusal(state);
    expect(deployment.status).toBe('Failed');
    expect(stageOf(deployment, 'plan')).toMatchObject({ status: 'Failed' });
    expect(stageOf(deployment, 'gatewaySubnet')).toMatchObject({ status: 'Pending' });
    expect(deployment.error).toMatchObject({ code: 'RequestRefused', details: [{ code, target: nps01 }] });
    expect(deployment.error!.message).toContain(said);
    expect(story.writes()).toEqual([]);
    expect(story.answers().at(-1)!.text).toContain(said);
  });

  it('two problems of a server at once', async () => {
    const deployment = await refusal({
      radiusClients: [client('vpngw-hub', '192.168.9.9')],
      mfa: { ...mfa, loaded: false },
    });
    expect(deployment.error!.details!.map(({ code }) => code).sort()).toEqual([
      'MfaExtensionMissing',
      'RadiusClientConflict',
    ]);
  });

  it('and leaves no run command on the machine, and never gave it a secret', () => {
    const { requests } = story.world.azure;
    const commands = (method: string) =>
      requests.filter((one) => one.method === method && /runCommands/i.test(one.url)).length;
    expect(commands('PUT')).toBeGreaterThan(5);
    expect(commands('DELETE')).toBe(commands('PUT'));
    for (const { url, body } of requests)
      if (/runCommands/i.test(url)) expect(body ?? '').not.toContain('protectedParameters');
  });
});

describe('the secret that an NPS server is given', () => {
  const parameters = (story: Stage) =>
    story.world.azure.requests.flatMap(({ body = '' }) =>
      [...body.matchAll(/"name":"SharedSecret","value":"([^"]*)"/g)].map(([, value]) => value!),
    );

  it('is encrypted for it, by the key that it told the plan; no one else is shown the key, and none is warned', async () => {
    const story = await stage();
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment.status).toBe('Succeeded');
    expect(parameters(story)).toEqual([expect.stringMatching(/^rsa:[A-Za-z0-9+/]{342}==$/)]);
    const { body: plan, text } = await story.call('GET', `deployments/${deployment.id}/plan`);
    expect(text).not.toContain('secretKey');
    expect(plan.warnings.map(({ code }: { code: string }) => code)).not.toContain('NpsSecretReadable');
  });

  it('is not taken by one that has got another key since the plan, which is said, and nothing of it is changed', async () => {
    const story = await stage();
    const id = await story.send(story.ticket({ approval: { required: true, timeoutDays: 7 } }));
    await story.agree(id);
    await story.until(id, (deployment) => stageOf(deployment, 'gateway').status === 'Running');
    story.nps('nps-01').change((state) => {
      state.secretKeys++;
    });
    const before = story.nps('nps-01').state();
    const deployment = await story.ended(id);
    expect(deployment).toMatchObject({
      status: 'Failed',
      error: { code: 'SecretKeyUnknown', message: expect.stringContaining('encrypted for another server') },
    });
    expect(stageOf(deployment, 'nps').status).toBe('Failed');
    expect(story.nps('nps-01').state()).toEqual(before);

    // The plan of the next ticket asks for the key that the server has now.
    const again = await story.ended(await story.send(story.ticket()));
    expect(again.status).toBe('Succeeded');
  });
});

describe('an NPS server that 80 others use', () => {
  const before = () => freshNpsServer('NPS-01', { radiusClients: others(80) });

  it('is changed for them too only with an approval of the plan that says so', async () => {
    const story = await stage({ npsStates: { 'nps-01': { radiusClients: others(80) } } });
    const id = await story.send(story.ticket());
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    expect(plan.reasonsToAsk).toMatchObject([{ reason: 'sharedNps' }]);
    expect(plan.servers[0]).toMatchObject({
      otherRadiusClients: 80,
      changes: expect.arrayContaining([
        expect.objectContaining({ id: 'mfa-text-codes', scope: 'server', restart: true, asks: true }),
        expect.objectContaining({ id: 'client-added:vpngw-hub', scope: 'own', asks: false }),
      ]),
    });
    const { text } = story.answers()[0]!;
    for (const { id: change } of plan.servers[0].changes) expect(text).toContain(`[${change}, `);
    expect(story.world.azure.topicEvents[0]!.data).toMatchObject({ plan: { servers: plan.servers } });
    expect(story.nps('nps-01').state().mfa.overrideNumberMatching).toBeNull();

    await story.agree(id);
    const deployment = await story.ended(id);
    expect(deployment.status).toBe('Succeeded');
    const state = story.nps('nps-01').state();
    expect(state.mfa.overrideNumberMatching).toBe('FALSE');
    expect(state.radiusClients.filter(({ name }) => name.startsWith('wifi-'))).toEqual(
      before().radiusClients,
    );
    for (const { what } of plan.servers[0].changes)
      expect(deployment.result!.changes!.join()).toContain(what);
  });

  it('is asked about anew when somebody adds a client while the plan waits', async () => {
    const story = await stage({ npsStates: { 'nps-01': { radiusClients: others(3) } } });
    const id = await story.send(story.ticket());
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    const first = (await story.call('GET', `deployments/${id}/plan`)).body;
    story.nps('nps-01').change(({ radiusClients }) => radiusClients.push(client('door', '10.8.1.1')));
    await story.agree(id);
    await story.until(id, ({ planDigest }) => planDigest !== first.digest);
    await story.host.settled();
    expect((await story.deployment(id)).status).toBe('AwaitingApproval');
    expect(story.answers().at(-1)!.text).toContain(
      'new: NPS on nps-01: number of other RADIUS clients that use it: 4',
    );
    await story.agree(id, 'Maria');
    expect((await story.ended(id)).status).toBe('Succeeded');
  });

  it('is left as it is where the owner wants nobody asked, and the plan says so', async () => {
    const story = await stage({
      settings: { GUARDRAILS: JSON.stringify({ approval: { when: ['takesAway'] } }) },
      npsStates: { 'nps-01': { radiusClients: others(80) } },
    });
    const id = await story.send(story.ticket());
    const deployment = await story.ended(id);
    expect(deployment.status).toBe('Succeeded');
    const { body: plan } = await story.call('GET', `deployments/${id}/plan`);
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'NpsChangeLeft', target: nps01 }));
    expect(plan.servers[0].approvedChanges).not.toContain('mfa-text-codes');
    expect(story.nps('nps-01').state().mfa.overrideNumberMatching).toBeNull();
    expect(deployment.result).toMatchObject({ gatewayId });
  });
});

it('Set refuses more than the plan named', async () => {
  const story = await stage();
  const id = await story.send(story.ticket({ approval: { required: true } }));
  await story.agree(id);
  await story.until(id, (deployment) => stageOf(deployment, 'gatewaySubnet').status !== 'Pending');
  // Between the plan and Set, somebody switches auditing off.
  story.nps('nps-01').change((state) => {
    state.audit = { success: false, failure: false };
  });
  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'PlanChanged' } });
  expect(deployment.error!.message).toContain('audit');
  expect(story.nps('nps-01').state().radiusClients).toEqual([]);
});

describe('a dry run that asks NPS too', () => {
  const asked = (story: Stage) => ({ ...story.ticket(), nps: 'preview' });
  async function previewed(story: Stage) {
    const answer = await story.call('POST', 'deployments/plan', asked(story));
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(answer.body.statusUrl);
    const path = new URL(answer.body.statusUrl).pathname.replace('/api/', '');
    expect((await story.call('GET', path)).body).toMatchObject({ id: answer.body.id, status: 'Running' });
    await story.host.runUntil(async () => (await story.call('GET', path)).body.status !== 'Running', {
      limitMinutes: 30,
    });
    return (await story.call('GET', path)).body;
  }

  it('says what would be changed on each server, and changes nothing anywhere', async () => {
    const story = await stage({ npsStates: { 'nps-01': { radiusClients: others(80) } } });
    const before = JSON.stringify(story.nps('nps-01').state());
    const preview = await previewed(story);
    expect(preview).toMatchObject({
      status: 'Succeeded',
      problems: [],
      reasonsToAsk: [{ reason: 'sharedNps' }],
      servers: [{ host: nps01, otherRadiusClients: 80 }],
    });
    expect(preview.servers[0].changes).toContainEqual(
      expect.objectContaining({ id: 'mfa-text-codes', scope: 'server', restart: true, asks: true }),
    );
    const nps = preview.steps.find(({ name }: { name: string }) => name === 'nps');
    expect(nps.changes.join()).toContain('vpngw-hub');
    expect(story.writes()).toEqual([]);
    expect(JSON.stringify(story.nps('nps-01').state())).toBe(before);
    expect((await story.call('GET', 'deployments')).body.deployments).toEqual([]);
  });

  it('says what a server refuses, beside the plan of Azure', async () => {
    const story = await stage({ npsStates: { 'nps-01': { serverCore: true } } });
    const preview = await previewed(story);
    expect(preview).toMatchObject({ status: 'Succeeded', problems: [{ code: 'ServerCore', target: nps01 }] });
    expect(preview.steps.length).toBeGreaterThan(3);
  });

  it('says what Azure refuses without asking a server', async () => {
    const story = await stage();
    const { body } = await story.call('POST', 'deployments/plan', {
      ...asked(story),
      virtualNetworkId: hub.replace(/hub$/, 'elsewhere'),
    });
    await story.host.settled();
    const { body: preview } = await story.call('GET', `plans/${body.id}`);
    expect(preview).toMatchObject({ status: 'Succeeded', problems: [{ code: 'VirtualNetworkNotFound' }] });
    expect(story.world.azure.requests.filter(({ url }) => /runCommands/i.test(url))).toEqual([]);
  });

  it.each([
    ['another word', { nps: 'previews' }, 'nps'],
    ['a wrong field beside it', { nps: 'preview', gateway: { sku: 'Basic' } }, 'gateway.sku'],
  ])('%s is a 400 that names it', async (_, wrong, target) => {
    const story = await stage();
    const answer = await story.call('POST', 'deployments/plan', { ...story.ticket(), ...wrong });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details).toMatchObject([{ target }]);
  });

  it.each(['preview-0', 'vpn-x', 'preview-..%5c'])('%s is no dry run', async (id) => {
    const story = await stage();
    expect((await story.call('GET', `plans/${id}`)).status).toBe(404);
  });
});
