import { describe, expect, it } from 'vitest';
import {
  askedAt,
  gatewayInstanceId,
  looksLikeDeploymentId,
  newDeploymentId,
} from '../../../shared/deployment/ids.ts';
import { newStages, percent, stageEnded, stageRunning } from '../../../shared/deployment/progress/stages.ts';
import { gatewayId, hubId, network } from '../hub.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('instance ids', () => {
  it('of deployments sort by time, say when they were asked for, and are each another', () => {
    const times = ['2029-12-31T23:59:59.999Z', '2030-01-01T00:00:00.000Z', '2030-01-01T00:00:00.001Z'];
    const ids = times.map((time, index) => newDeploymentId(hubId, new Date(time), String(9 - index)));
    expect(ids[1]).toMatch(/^vpn-20300101t000000000z-[0-9a-f]{8}-[0-9a-f]{12}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.map((id) => askedAt(id)?.toISOString())).toEqual(times);
    expect(newDeploymentId(hubId, new Date(times[0]!), 'other')).not.toBe(ids[0]);
    expect(ids.every(looksLikeDeploymentId)).toBe(true);
  });

  it.each([
    '',
    'vpn-',
    'gateway-x',
    'vpn-\\..\\x',
    'vpn-%5c',
    'vpn-a/b',
    'VPN-A',
    '../vpn-a',
    'x vpn-a',
    `vpn-${'a'.repeat(200)}`,
  ])('%j is not even looked up', (id) => {
    expect(looksLikeDeploymentId(id)).toBe(false);
    expect(askedAt(id)).toBeUndefined();
  });

  it('of gateways are one for each, whatever the case', () => {
    expect(gatewayInstanceId(gatewayId.toUpperCase())).toBe(gatewayInstanceId(gatewayId));
    expect(gatewayInstanceId(gatewayId)).toMatch(/^gateway-vpngw-hub-[0-9a-f]{12}$/);
  });

  it('hold nothing that Durable Functions or a URL would trip over, and tell long names apart', () => {
    const long = network('virtualNetworkGateways', `Hub_._1.${'y'.repeat(70)}`);
    expect(gatewayInstanceId(long)).toMatch(/^gateway-hub-1-y{34}-[0-9a-f]{12}$/);
    expect(gatewayInstanceId(`${long}z`)).not.toBe(gatewayInstanceId(long));
    expect(gatewayInstanceId('no resource id')).toMatch(/^gateway-unknown-[0-9a-f]{12}$/);
  });
});

describe('stages', () => {
  it('begin pending, in the order of the API', () => {
    expect(newStages().map(({ name, status }) => `${name} ${status}`)).toEqual(
      'plan approval gatewaySubnet publicIp radiusSecret gateway nps pointToSite verify answer'
        .split(' ')
        .map((name) => `${name} Pending`),
    );
  });

  it('remember when they began and ended, and the others stay as they are', () => {
    const before = newStages();
    const after = stageEnded(stageRunning(before, 'plan', at(0)), 'plan', 'Succeeded', at(1), 'All is free.');
    expect(after[0]).toEqual({
      name: 'plan',
      status: 'Succeeded',
      startedAt: at(0),
      endedAt: at(1),
      detail: 'All is free.',
    });
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(before[0]).toEqual({ name: 'plan', status: 'Pending' });
  });

  it('that never ran were skipped in no time', () => {
    expect(stageEnded(newStages(), 'approval', 'Skipped', at(3))[1]).toEqual({
      name: 'approval',
      status: 'Skipped',
      startedAt: at(3),
      endedAt: at(3),
    });
  });
});

describe('percent', () => {
  const running = stageRunning(newStages(), 'plan', at(0));

  it.each([
    ['nothing has started', newStages(), at(5), at(50), 0],
    ['half of the time has passed', running, at(25), at(50), 50],
    ['it is overdue', running, at(80), at(50), 99],
    ['it waits without an end in sight', running, at(5000), null, 0],
    ['a clock runs behind', running, at(-5), at(50), 0],
  ])('when %s', (_, stages, now, end, expected) => {
    expect(percent(stages, now, { expectedEndAt: end })).toBe(expected);
  });

  it('follows the stages when they are ahead of the time, and is 100 only at the end', () => {
    let stages = newStages();
    const seen: number[] = [];
    for (const { name } of stages) {
      stages = stageEnded(stages, name, 'Succeeded', at(0));
      seen.push(percent(stages, at(0), { expectedEndAt: at(50) }));
    }
    expect(seen).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });
});
