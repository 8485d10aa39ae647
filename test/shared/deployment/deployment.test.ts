import { describe, expect, it } from 'vitest';
import { deploymentId, gatewayInstanceId } from '../../../shared/deployment/ids.ts';
import { newStages, percent, stageEnded, stageRunning } from '../../../shared/deployment/progress/stages.ts';
import { gatewayId, hubId, network } from '../hub.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('instance ids', () => {
  it('are one for each VNet and gateway, whatever the case', () => {
    expect(deploymentId(hubId)).toMatch(/^vpn-hub-[0-9a-f]{12}$/);
    expect(deploymentId(hubId.toUpperCase())).toBe(deploymentId(hubId));
    expect(deploymentId(hubId.replace('rg-hub', 'rg-2'))).not.toBe(deploymentId(hubId));
    expect(gatewayInstanceId(gatewayId)).toMatch(/^gateway-vpngw-hub-[0-9a-f]{12}$/);
  });

  it('hold nothing that Durable Functions or a URL would trip over, and tell long names apart', () => {
    const long = network('virtualNetworks', `Hub_1.(x)${'y'.repeat(70)}`);
    expect(deploymentId(long)).toMatch(/^vpn-[a-z0-9-]{1,40}-[0-9a-f]{12}$/);
    expect(deploymentId(`${long}z`)).not.toBe(deploymentId(long));
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
    ['nothing has begun', newStages(), at(5), at(50), 0],
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
