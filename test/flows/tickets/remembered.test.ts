import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { gatewayId, hub, type Stage, stage } from '../stage/stage.ts';

/** Approved and failed, sent again, rotated, and two more tickets: all on one VNet. */
describe('everything that was asked of one VNet', () => {
  let story: Stage;
  let ids: { failed: string; again: string; rotated: string; joined: string };

  const ticket = (id: string, requestedBy: string, more = {}) =>
    story.ticket({ ticket: { ...story.webhook(id), requestedBy }, ...more });
  const found = async (query: string) =>
    ((await story.call('GET', `deployments?${query}`)).body.deployments as { id: string }[]).map(
      ({ id }) => id,
    );
  const record = async (id: string) => (await story.call('GET', `deployments/${id}/record`)).body;
  /** Approves when the plan asks for it, and waits for the end. */
  const carriedOut = async (id: string) => {
    await story.until(id, ({ status }) => status !== 'Running' && status !== 'Pending');
    if ((await story.deployment(id)).status === 'AwaitingApproval') await story.agree(id);
    return story.ended(id);
  };

  beforeAll(async () => {
    story = await stage();
    const asked = { approval: { required: true } };
    const lift = story.world.azure.faults.add({
      match: { method: 'PUT', url: '/publicIPAddresses/' },
      effect: {
        kind: 'respond',
        status: 403,
        code: 'RequestDisallowedByPolicy',
        message: 'A policy disallows it.',
      },
      times: 'always',
    });
    // The topic refuses the event that somebody has to decide.
    story.world.azure.faults.add({
      match: { method: 'POST', url: '/api/events' },
      effect: { kind: 'respond', status: 503 },
    });
    const failed = await story.send(ticket('REQ1', 'anna@contoso.com', asked));
    expect((await carriedOut(failed)).status).toBe('Failed');
    lift();
    await story.host.runFor(10);
    const again = await story.send(ticket('REQ1', 'anna@contoso.com', asked));
    expect((await carriedOut(again)).status).toBe('Succeeded');
    await story.host.runFor(10);
    const rotation = await story.call('POST', 'rotations', { virtualNetworkGatewayId: gatewayId });
    const rotated = rotation.body.id as string;
    expect((await carriedOut(rotated)).status).toBe('Succeeded');
    await story.host.runFor(10);
    const joined = await story.send(ticket('REQ2', 'boris@contoso.com'));
    expect(await story.send(ticket('REQ3', 'clara@contoso.com'))).toBe(joined);
    expect((await carriedOut(joined)).status).toBe('Succeeded');
    ids = { failed, again, rotated, joined };
  });

  it('each has an id of its own, and is found by ticket, VNet, gateway and person', async () => {
    const { failed, again, rotated, joined } = ids;
    const all = [joined, rotated, again, failed];
    expect(new Set(all).size).toBe(4);
    expect(await found('')).toEqual(all);
    for (const name of ['hub', 'HUB', hub, hub.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')])
      expect(await found(`virtualNetwork=${encodeURIComponent(name)}`)).toEqual(all);
    for (const name of ['vpngw-hub', gatewayId]) {
      const its = await found(`gateway=${encodeURIComponent(name)}`);
      expect(its).toEqual(expect.arrayContaining([joined, rotated, again]));
    }
    expect(await found('ticket=REQ1')).toEqual([again, failed]);
    expect(await found('ticket=REQ2')).toEqual([joined]);
    expect(await found('ticket=REQ3')).toEqual([joined]);
    expect(await found('requestedBy=Anna@contoso.com')).toEqual([again, failed]);
    expect(await found('requestedBy=clara@contoso.com')).toEqual([joined]);
    expect(await found('requestedBy=nobody@contoso.com')).toEqual([]);
    expect(await found('ticket=REQ1&status=Failed')).toEqual([failed]);
    expect(await found('ticket=REQ1&requestedBy=boris@contoso.com')).toEqual([]);
  });

  it('is found by when it was asked for, to the millisecond and by day', async () => {
    const { failed, again, rotated, joined } = ids;
    const at = async (id: string) => (await story.deployment(id)).startedAt;
    expect(await found(`from=${await at(again)}&to=${await at(rotated)}`)).toEqual([rotated, again]);
    expect(await found(`to=${await at(failed)}`)).toEqual([failed]);
    expect(await found(`from=${await at(joined)}&virtualNetwork=hub`)).toEqual([joined]);
    expect(await found('from=2030-01-01&to=2030-01-02')).toHaveLength(4);
    expect(await found('to=2029-12-31')).toEqual([]);
    expect(await found('from=2030-01-03')).toEqual([]);
  });

  it('the record tells the full story of each, with its SHA-256 and that of the one before', async () => {
    const { failed, again, rotated, joined } = ids;
    let positions: number[] = [];
    for (const id of [failed, again, rotated, joined]) {
      const { document, sha256, previousSha256, entries, problems, record: its } = await record(id);
      expect(createHash('sha256').update(JSON.stringify(document)).digest('hex')).toBe(sha256);
      expect(document.previous).toBe(previousSha256);
      expect(problems).toEqual([]);
      expect(its).toMatchObject({
        id,
        order: { request: { virtualNetworkId: hub } },
        endedAt: expect.any(String),
      });
      expect(its.plan.steps.length).toBeGreaterThan(0);
      expect(its.stages).toHaveLength(10);
      expect(its.versions).toEqual({ app: expect.any(String), npsModule: expect.stringMatching(/^sha256:/) });
      positions = [...positions, ...entries.map(({ position }: { position: number }) => position)];
    }
    // One chain for the VNet, without a gap.
    expect(positions.toSorted((one, other) => one - other)).toEqual(positions.map((_, index) => index + 1));

    const first = (await record(failed)).record;
    expect(first).toMatchObject({
      status: 'Failed',
      decisions: [{ approved: true, by: 'Jonas', planDigest: first.planDigest }],
      ending: { stage: 'publicIp', failure: { code: 'RequestDisallowedByPolicy' } },
      answers: [{ ticket: { id: 'REQ1' }, outcome: 'arrived' }],
    });
    // The refused write is also among the ids by which Azure finds the requests.
    expect(first.correlationIds).toContain(first.ending.failure.correlationId);
    expect(first.verification).toBeUndefined();
    const told = { type: 'VpnRadius.Deployment.AwaitingApproval', id: expect.stringContaining(failed) };
    const outcomes = first.events.map((one: { outcome: string }) => one.outcome);
    expect(outcomes.toSorted()).toEqual(['arrived', 'trying']);
    expect(first.events).toContainEqual(
      expect.objectContaining({
        ...told,
        outcome: 'trying',
        failure: expect.objectContaining({ transient: true }),
      }),
    );
    expect((await record(again)).record).toMatchObject({
      status: 'Succeeded',
      kind: 'deployment',
      result: { gatewayId },
      verification: { problems: [], servers: [{ address: '10.0.1.4', open: expect.any(Array) }] },
    });
    // The ids of every write: the subnet, the address, the gateway, and the runs on the NPS server.
    const { correlationIds } = (await record(again)).record;
    expect(correlationIds.length).toBeGreaterThanOrEqual(5);
    expect(new Set(correlationIds).size).toBe(correlationIds.length);
    expect((await record(rotated)).record).toMatchObject({ status: 'Succeeded', kind: 'rotation' });
    const last = (await record(joined)).record;
    expect(last.furtherTickets).toMatchObject([{ id: 'REQ3', requestedBy: 'clara@contoso.com' }]);
    expect(
      last.answers.map((one: { ticket: { id: string }; outcome: string }) => [one.ticket.id, one.outcome]),
    ).toEqual([
      ['REQ2', 'arrived'],
      ['REQ3', 'arrived'],
    ]);
  });
});

describe('health', () => {
  it('says when what the app remembers cannot be kept', async () => {
    const story = await stage({ settings: { REPORT_FOLDER: '', AzureWebJobsStorage: '' } });
    const { status, body } = await story.call('GET', 'health');
    expect(status).toBe(503);
    expect(body.problems.map(({ code }: { code: string }) => code)).toContain('StorageMissing');
    expect(JSON.stringify(body.problems)).toContain('records');
  });
});
