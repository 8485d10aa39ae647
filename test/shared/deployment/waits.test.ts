import { describe, expect, it } from 'vitest';
import type { Progress, Stage } from '../../../shared/deployment/contract.ts';
import { stageNames } from '../../../shared/deployment/contract.ts';
import { fitted, fittedBranch } from '../../../shared/deployment/progress/custom-status.ts';
import {
  newStages,
  stageEnded,
  stageRunning,
  stageWaiting,
  waitOf,
} from '../../../shared/deployment/progress/stages.ts';
import { type DeploymentState, deploymentView } from '../../../shared/deployment/record/view.ts';
import { gatewayId, hubId } from '../hub.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

const throttled = {
  code: 'TooManyRequests',
  message: 'The request was throttled.',
  target: '/subscriptions/1/publicIPAddresses/vpngw-hub-pip',
  transient: true,
  retryAfterSeconds: 60,
  correlationId: 'c0ffee',
  requestId: '4711',
};
const retrying = {
  step: 'ensurePublicIps',
  attempt: 5,
  lastError: throttled,
  since: at(10),
  nextTryAt: at(30),
};

const counted = { startedAt: at(0), countedFrom: at(0), expectedEndAt: at(50) };
const deployed = (progress: Partial<Progress>, more: Partial<DeploymentState> = {}): DeploymentState => ({
  id: 'vpn-1',
  request: { ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId: hubId } as never,
  runtimeStatus: 'Running',
  progress: { stages: newStages(), ...counted, ...progress },
  ending: null,
  createdAt: at(0),
  updatedAt: at(0),
  branches: [],
  attempts: [],
  ...more,
});
const running = (name: Stage['name']) => stageRunning(newStages(), name, at(5));
const stageOf = (name: Stage['name'], record: DeploymentState, now = at(20)) =>
  deploymentView(record, now).stages.find((stage) => stage.name === name)!;

it('what a branch tried stays with its stage when both have ended', () => {
  const ended = stageEnded(running('nps'), 'nps', 'Succeeded', at(15));
  const lastError = { code: 'TooManyRequests', message: 'Too many.', correlationId: 'c0ffee' };
  const attempts = [1, 4].map((attempt) => ({ stage: 'nps', waiting: { attempt, lastError } }) as const);
  expect(stageOf('nps', deployed({ stages: ended }, { attempts }))).toMatchObject({
    status: 'Succeeded',
    endedAt: at(15),
    attempt: 4,
    lastError,
  });
});

describe('a step that is tried again', () => {
  const waiting = stageWaiting(running('publicIp'), 'publicIp', waitOf(retrying));

  it('says in its stage how often, why with the ids that support asks for, since when and when next', () => {
    expect(stageOf('publicIp', deployed({ stages: waiting }))).toEqual({
      name: 'publicIp',
      status: 'Running',
      startedAt: at(5),
      attempt: 5,
      lastError: {
        code: 'TooManyRequests',
        message: 'The request was throttled.',
        target: throttled.target,
        correlationId: 'c0ffee',
        requestId: '4711',
      },
      waitingSince: at(10),
      nextTryAt: at(30),
      detail: `Waits since ${at(10)}: The request was throttled. (TooManyRequests) Tried 5 times; next try at ${at(30)}.`,
    });
  });

  it('keeps how often and why after it has gone on, and after the end of its stage', () => {
    const before = waiting.find(({ name }) => name === 'publicIp')!;
    const gone = stageWaiting(waiting, 'publicIp', waitOf({ ended: true, attempt: 6 }, before));
    const its = stageOf('publicIp', deployed({ stages: gone }));
    expect(its).toMatchObject({ attempt: 6, lastError: { correlationId: 'c0ffee' } });
    expect(its).not.toHaveProperty('nextTryAt');
    expect(its).not.toHaveProperty('detail');
    const ended = stageEnded(gone, 'publicIp', 'Succeeded', at(31), '203.0.113.1 created');
    expect(stageOf('publicIp', deployed({ stages: ended }))).toMatchObject({
      attempt: 6,
      lastError: { code: 'TooManyRequests' },
      detail: '203.0.113.1 created',
    });
  });

  it('raises no percent while nothing happens, and puts the expected end off', () => {
    const record = deployed({ stages: waiting });
    const of = (minute: number) => deploymentView(record, at(minute));
    expect([10, 20, 40, 70].map((minute) => of(minute).percent)).toEqual([20, 20, 20, 20]);
    expect(of(30).expectedEndAt).toBe(at(70));
    const gone = stageWaiting(waiting, 'publicIp', waitOf({ ended: true, attempt: 6 }));
    const later = deployed({ stages: gone, waitedMilliseconds: 20 * 60_000 });
    expect(deploymentView(later, at(30)).percent).toBe(20);
    expect(deploymentView(later, at(45))).toMatchObject({ percent: 50, expectedEndAt: at(70) });
  });

  it('in a branch is told by the stage of that branch, live; what another stage does goes on', () => {
    const branch = {
      stage: 'nps',
      progress: { waiting: waitOf(retrying), waitedMilliseconds: 0 },
    } as const;
    const both = stageRunning(running('gateway'), 'nps', at(5));
    const record = deployed({ stages: both }, { branches: [branch] });
    expect(stageOf('nps', record)).toMatchObject({ attempt: 5, nextTryAt: at(30) });
    expect(stageOf('gateway', record)).not.toHaveProperty('nextTryAt');
    expect(deploymentView(record, at(25)).percent).toBe(50);
    const alone = deployed({ stages: running('nps') }, { branches: [branch] });
    expect(deploymentView(alone, at(25)).percent).toBe(20);
  });

  it('counts no time after the end, and none before the work began', () => {
    const failed = stageEnded(running('publicIp'), 'publicIp', 'Failed', at(10));
    const ending = { status: 'Failed', failure: throttled, stage: 'publicIp' } as const;
    const ended = deployed({ stages: failed }, { runtimeStatus: 'Completed', ending, updatedAt: at(10) });
    expect(deploymentView(ended, at(1000))).toMatchObject({
      percent: 20,
      error: { code: 'TooManyRequests', correlationId: 'c0ffee', requestId: '4711' },
    });
    const approved = stageRunning(
      stageEnded(running('plan'), 'plan', 'Succeeded', at(6)),
      'publicIp',
      at(5000),
    );
    const after = { stages: approved, countedFrom: at(5000), expectedEndAt: at(5050) };
    expect(deploymentView(deployed(after), at(5010)).percent).toBe(20);
  });
});

describe('a custom status', () => {
  const endless = 'x'.repeat(5000);
  const long = (length: number) => 'é'.repeat(length);
  const status = (length: number, changes: number): Progress => ({
    startedAt: at(0),
    stages: stageNames.map((name) => ({
      name,
      status: 'Failed',
      startedAt: at(0),
      endedAt: at(9),
      detail: long(length),
      attempt: 9,
      lastError: { ...throttled, message: long(length), code: long(length), target: long(length) },
    })),
    result: {
      gatewayId,
      networkPolicy: 'p'.repeat(255),
      changes: Array.from({ length: changes }, (_, index) => `${index} ${long(length)}`),
    },
  });

  it('never grows beyond what Durable Functions keeps, whatever is told', () => {
    for (const [length, changes] of [
      [50, 3],
      [300, 10],
      [2000, 50],
      [50_000, 2000],
    ] as const)
      expect(JSON.stringify(fitted(status(length, changes))).length).toBeLessThan(8192);
  });

  it('has room for what is made on two NPS servers that want a client for each address of the subnet', () => {
    const host = `/subscriptions/${'1'.repeat(36)}/resourceGroups/${'g'.repeat(60)}/providers/Microsoft.Compute/virtualMachines/nps-01`;
    const made = Array.from({ length: 60 }, (_, index) => ({
      what: 'radiusClient' as const,
      id: `vpngw-hub-10.0.255.${index}`,
      host,
    }));
    for (const list of ['made', 'removed'] as const) {
      const result = { changes: made.map(({ id }) => `nps-01: radiusClient ${id}: added`), [list]: made };
      const told = fitted({ startedAt: at(0), stages: newStages(), result });
      expect(JSON.stringify(told).length).toBeLessThan(8192);
      expect(told.result!.changes).toEqual(result.changes);
      expect(told.result![list]).toEqual(made.slice(0, 15));
    }
    const most = status(50_000, 2000);
    expect(JSON.stringify(fitted({ ...most, result: { ...most.result, made } })).length).toBeLessThan(8192);
  });

  it('holds what users notice, as long as it may be', () => {
    const usersNotice = Array.from({ length: 70 }, (_, index) => `${index} ${'x'.repeat(100)}`);
    const told = fitted({ startedAt: at(0), stages: newStages(), result: { usersNotice } }).result!;
    expect(told.usersNotice).toEqual(usersNotice.slice(0, 60));
    const [long] = fitted({ startedAt: at(0), stages: newStages(), result: { usersNotice: [endless] } })
      .result!.usersNotice!;
    expect(long).toMatch(/^x+… \(cut; the record has everything\)$/);
    expect(long).toHaveLength(1000);
    expect(fitted({ startedAt: at(0), stages: [], result: { changes: [] } }).result).toEqual({ changes: [] });
  });

  it('of a branch holds its wait, and the whole id of what it is about', () => {
    const waiting = { attempt: 2, lastError: { ...throttled, target: endless, message: endless } };
    const told = fittedBranch({ waiting, waitedMilliseconds: 5 });
    expect(told.waitedMilliseconds).toBe(5);
    expect(told.waiting).toMatchObject({ attempt: 2, lastError: { code: 'TooManyRequests' } });
    expect(told.waiting!.lastError!.message).toHaveLength(1000);
    expect(fittedBranch({ waitedMilliseconds: 5 })).toEqual({ waitedMilliseconds: 5 });
    const exact = { attempt: 1, lastError: { code: 'C', message: 'x'.repeat(1000) } };
    expect(fittedBranch({ waiting: exact, waitedMilliseconds: 0 }).waiting).toEqual(exact);
  });

  it('cuts the id of what failed only where nobody could find it any more', () => {
    const id = `/subscriptions/${'1'.repeat(225)}`;
    const many = status(50_000, 2000);
    const stages = many.stages.map((stage) => ({ ...stage, lastError: { ...throttled, target: id } }));
    expect(fitted({ ...many, stages }).stages[0]!.lastError!.target).toBe(id);
  });

  it('holds what fits as it is, and says of the rest that it was cut and where the whole is', () => {
    const short = { startedAt: at(0), stages: newStages(), result: { changes: ['one', 'x'.repeat(400)] } };
    expect(fitted(short)).toEqual(short);
    const { stages, result } = fitted(status(50_000, 2000));
    expect(stages[0]!.detail).toMatch(/é… \(cut; the record has everything\)$/);
    expect(result!.changes!.at(-1)).toBe('and 1995 more (the record has all)');
    expect(result!.gatewayId).toBe(gatewayId);
  });
});
