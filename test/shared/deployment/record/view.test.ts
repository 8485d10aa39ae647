import { describe, expect, it } from 'vitest';
import type { DeploymentStatus, Ending, Progress } from '../../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../../shared/deployment/ids.ts';
import { newStages, stageEnded, stageRunning } from '../../../../shared/deployment/progress/stages.ts';
import { type DeploymentState, deploymentView, isEnded } from '../../../../shared/deployment/record/view.ts';
import { gatewayId, hubId } from '../../hub.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const ticket = { system: 'webhook', id: 'REQ1' } as const;
const started: Progress = { stages: newStages(), startedAt: at(1) };

const viewOf = (more: Partial<DeploymentState>, now = at(20)) =>
  deploymentView(
    {
      id: 'vpn-1',
      request: { ticket, virtualNetworkId: hubId } as never,
      runtimeStatus: 'Running',
      progress: started,
      ending: null,
      createdAt: at(0),
      updatedAt: at(10),
      branches: [],
      attempts: [],
      ...more,
    },
    now,
  );
const interrupted = { code: 'Interrupted', message: 'The orchestration was stopped by its host.' };

describe('a deployment that has not said how it ended', () => {
  it.each<[string, Progress | null, DeploymentStatus]>([
    ['Pending', null, 'Pending'],
    ['Running', null, 'Running'],
    ['Running', started, 'Running'],
    ['Running', { ...started, awaitingApproval: false }, 'Running'],
    ['Running', { ...started, awaitingApproval: true }, 'AwaitingApproval'],
    ['Terminated', { ...started, awaitingApproval: true }, 'Canceled'],
    ['Canceled', started, 'Canceled'],
    ['Failed', started, 'Failed'],
  ])('and is %s with %j is %s', (runtimeStatus, progress, status) => {
    const shown = viewOf({ runtimeStatus, progress });
    expect(shown.status).toBe(status);
    expect(shown.endedAt).toBe(isEnded(status) ? at(10) : null);
    expect(shown.error).toEqual(status === 'Failed' ? interrupted : undefined);
  });

  it('and has not begun shows all of its stages as pending, and nothing that is not known yet', () => {
    expect(viewOf({ runtimeStatus: 'Pending', progress: null })).toEqual({
      id: 'vpn-1',
      ticket,
      virtualNetworkId: hubId,
      status: 'Pending',
      percent: 0,
      startedAt: at(0),
      expectedEndAt: null,
      endedAt: null,
      stages: newStages(),
    });
  });
});

describe('a deployment that has said how it ended', () => {
  it.each<Ending['status']>(['Succeeded', 'Failed', 'Canceled', 'Rejected'])('%s', (status) => {
    const failure = { code: 'C', message: 'Why.', transient: true, retryAfterSeconds: 9 };
    const shown = viewOf({ runtimeStatus: 'Completed', ending: { status, failure } });
    expect(shown).toMatchObject({ status, endedAt: at(10), error: { code: 'C', message: 'Why.' } });
    expect(Object.keys(shown.error!)).toEqual(['code', 'message']);
    expect(shown.percent).toBe(status === 'Succeeded' ? 100 : 0);
  });

  it('well has no error', () => {
    expect(viewOf({ ending: { status: 'Succeeded' } })).not.toHaveProperty('error');
  });
});

describe('what a view shows', () => {
  it('began when it was asked for, which its id says; otherwise when its work began', () => {
    const id = newDeploymentId(hubId, new Date(at(7)), 'x');
    expect(viewOf({ id }).startedAt).toBe(at(7));
    expect(viewOf({}).startedAt).toBe(at(1));
    expect(viewOf({ progress: null }).startedAt).toBe(at(0));
  });

  it('has the plan that is carried out, and what exists so far', () => {
    const result = { gatewayId, changes: ['made'] };
    const shown = viewOf({ progress: { ...started, planDigest: 'abc', result } });
    expect(shown).toMatchObject({ planDigest: 'abc', result });
    for (const name of ['planDigest', 'result', 'decideBy']) expect(viewOf({})).not.toHaveProperty(name);
  });

  it('has the last moment for a decision only while somebody is to decide', () => {
    const waiting = { ...started, decideBy: at(99), awaitingApproval: true };
    expect(viewOf({ progress: waiting }).decideBy).toBe(at(99));
    expect(viewOf({ progress: { ...waiting, awaitingApproval: false } })).not.toHaveProperty('decideBy');
    expect(viewOf({ progress: { ...started, awaitingApproval: true } })).not.toHaveProperty('decideBy');
  });

  it('ends later by what was waited here, and in the branch that waited longest', () => {
    const progress = { ...started, countedFrom: at(0), expectedEndAt: at(50), waitedMilliseconds: 60_000 };
    const branch = (minutes: number) =>
      ({ stage: 'nps', progress: { waitedMilliseconds: minutes * 60_000 } }) as const;
    expect(viewOf({ progress, branches: [branch(2), branch(9), branch(4)] }).expectedEndAt).toBe(at(60));
    expect(viewOf({ progress }).expectedEndAt).toBe(at(51));
  });

  it('does not end its answer while that is still being delivered, and then says how it went', () => {
    const stages = stageEnded(stageRunning(newStages(), 'answer', at(3)), 'answer', 'Failed', at(4), 'Late.');
    const answer = (answered?: DeploymentState['answered']) =>
      viewOf({ progress: { ...started, stages }, ...(answered && { answered }) }).stages.at(-1);
    expect(answer()).toMatchObject({ status: 'Failed', endedAt: at(4), detail: 'Late.' });
    expect(answer({ at: at(8) })).toEqual({
      name: 'answer',
      status: 'Succeeded',
      startedAt: at(3),
      endedAt: at(8),
    });
    const failure = { code: 'CallbackRejected', message: 'The receiver says 410.' };
    expect(answer({ at: at(8), failure })).toMatchObject({
      status: 'Failed',
      endedAt: at(8),
      detail: 'The receiver says 410.',
    });
  });
});
