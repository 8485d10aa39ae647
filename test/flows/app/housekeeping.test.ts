import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportSummary } from '../../../shared/compliance/report/report.ts';
import { actions, nps01, type Stage, stage } from '../stage/stage.ts';

const days = (count: number) => count * 24 * 60;

describe('what is old', () => {
  let story: Stage;
  let id: string;
  let stopped: string;

  /** The counts of each night. */
  const nights = () =>
    story.logs
      .filter(({ message }) => message.startsWith('VpnRadius.Housekeeping.Done'))
      .map(({ message }) => JSON.parse(message.slice(message.indexOf('{'))));
  const counts = () => nights().at(-1);
  const instances = () => story.host.durable.instances().map(({ instanceId }) => instanceId);
  const runCommands = async () => {
    const { token } = story.world.azure.token('https://management.azure.com/');
    const { body } = await story.world.azure.handle({
      method: 'GET',
      url: `${story.world.origin}${nps01}/runCommands?api-version=2024-03-01`,
      headers: { authorization: `Bearer ${token}` },
    });
    return (JSON.parse(body ?? '{}').value as { name: string }[]).map(({ name }) => name);
  };
  const reports = async () => (await story.call('GET', 'compliance/reports')).body.reports as ReportSummary[];
  const night = async () => {
    await story.host.trigger('housekeeping');
    await story.host.settled();
  };

  beforeAll(async () => {
    story = await stage({ settings: { INSTANCE_RETENTION_DAYS: '2', REPORT_RETENTION_DAYS: '3' } });
    story.world.azure.faults.add({
      match: { method: 'DELETE', url: '/runCommands/' },
      effect: { kind: 'respond', status: 409, code: 'Conflict', message: 'Not now.' },
      times: 'always',
    });
    await story.armWrites('PUT', `${nps01}/runCommands/patch-tuesday`, {
      location: 'westeurope',
      properties: { source: { script: 'Get-Service' } },
    });
    id = (await story.ended(await story.send(story.ticket()))).id;
    // No record has its end, because somebody stopped it from outside.
    stopped = await story.send(story.ticket({ ticket: story.webhook('REQ2'), approval: { required: true } }));
    await story.until(stopped, ({ status }) => status === 'AwaitingApproval');
    await story.host.runFor(60);
  });

  it('run commands that a failed DELETE has left are removed, those of others are not', async () => {
    const left = await runCommands();
    expect(left.filter((name) => name.startsWith('vpn-radius-')).length).toBeGreaterThanOrEqual(2);
    story.world.azure.faults.clear();
    await story.host.runFor(61);
    await night();
    await story.host.runFor(2);
    expect(await runCommands()).toEqual(['patch-tuesday']);
    expect(counts()).toMatchObject({ runCommands: { removed: left.length - 1, failed: 0 } });
  });

  it('an instance goes once its record says how it ended, and is shown out of that record', async () => {
    const before = await story.deployment(id);
    const own = () => instances().filter((one) => one.startsWith(id) || one.startsWith('gateway-'));
    expect(own().length).toBeGreaterThan(2);
    await story.host.fetch(`/runtime/webhooks/durabletask/instances/${stopped}/terminate?reason=by%20hand`, {
      method: 'POST',
    });
    await story.host.runFor(days(2) + 90);
    await night();
    expect(own()).toEqual([]);
    expect(instances()).not.toContain(stopped);
    const did = nights().map(({ instances: its }) => its);
    expect(did.map(({ recorded }) => recorded).filter((count) => count > 0)).toEqual([1]);
    expect(did.at(-1).kept).toBe(0);
    const { delivery: _, ...after } = (await story.deployment(id)) as typeof before & { delivery?: string };
    expect(after).toMatchObject({
      status: 'Succeeded',
      endedAt: expect.stringContaining(before.endedAt!.slice(0, 19)),
      stages: before.stages,
      result: before.result,
    });
    // Until now nobody was told how it ended, and the VNet was not free.
    expect(await story.deployment(stopped)).toMatchObject({ status: 'Canceled' });
    expect(
      story
        .answers()
        .filter(({ deploymentId }) => deploymentId === stopped)
        .at(-1),
    ).toMatchObject({
      status: 'Canceled',
    });
    expect((await story.call('GET', `deployments/${stopped}/record`)).body.record).toMatchObject({
      status: 'Canceled',
    });
  });

  it('reports go after their days, the latest stays', async () => {
    const [old] = await reports();
    await story.host.runFor(days(4));
    await story.host.trigger('complianceDue');
    await story.host.runFor(60);
    const latest = (await story.call('GET', 'compliance/latest')).body.id;
    await night();
    expect((await reports()).map((one) => one.id)).toContain(latest);
    expect((await reports()).map((one) => one.id)).not.toContain(old!.id);
    expect(await story.call('GET', `compliance/reports/${old!.id}`)).toMatchObject({ status: 404 });
  });

  it('a part that fails is told, and holds up no other', async () => {
    story.world.azure.faults.add({
      match: { url: '/runCommands' },
      effect: { kind: 'respond', status: 503 },
      times: 'always',
    });
    await night();
    expect(counts()).toMatchObject({ runCommands: { removed: 0, failed: 1 }, deadLetters: { there: 0 } });
    expect(story.requests('PUT', actions.gateway).length).toBeGreaterThan(0);
  });
});
