import { expect, it } from 'vitest';
import type { Stage } from '../../../shared/deployment/contract.ts';
import { measureDeployment, measureUndelivered } from '../../../shared/deployment/measures.ts';
import { dashboard } from '../metrics.ts';

const seen = dashboard();

const stage = (name: Stage['name'], status: Stage['status'], seconds: number, detail?: string): Stage => ({
  name,
  status,
  startedAt: '2030-01-01T00:00:00.000Z',
  endedAt: new Date(Date.UTC(2030, 0, 1) + seconds * 1000).toISOString(),
  ...(detail && { detail }),
});

it('counts a deployment by its end, and times each stage that ran', async () => {
  measureDeployment(
    'Succeeded',
    [
      stage('plan', 'Succeeded', 4),
      stage('approval', 'Skipped', 0),
      stage('gateway', 'Succeeded', 2400, 'vpngw-hub created'),
      { name: 'verify', status: 'Succeeded', startedAt: '2030-01-01T00:00:00.000Z' },
      { name: 'answer', status: 'Succeeded', endedAt: '2030-01-01T00:00:00.000Z' },
    ],
    undefined,
  );
  expect(await seen()).toEqual([
    ['vpn_radius.deployments', { outcome: 'Succeeded' }, 1],
    ['vpn_radius.stage.duration', { stage: 'plan', outcome: 'Succeeded' }, 4],
    ['vpn_radius.stage.duration', { stage: 'gateway', outcome: 'Succeeded' }, 2400],
    ['vpn_radius.gateway.provisioning', {}, 2400],
  ]);
});

it('counts a failure by its stage and its code', async () => {
  measureDeployment(
    'Failed',
    [
      stage('plan', 'Succeeded', 4),
      stage('gateway', 'Failed', 60, 'vpngw-hub created'),
      stage('nps', 'Running', 9),
    ],
    { code: 'GatewayNotProvisionedInTime' },
  );
  expect(await seen()).toEqual([
    [
      'vpn_radius.deployments',
      { outcome: 'Failed', stage: 'gateway', code: 'GatewayNotProvisionedInTime' },
      1,
    ],
    ['vpn_radius.stage.duration', { stage: 'plan', outcome: 'Succeeded' }, 4],
    ['vpn_radius.stage.duration', { stage: 'gateway', outcome: 'Failed' }, 60],
  ]);
});

it('takes for the time of a new gateway neither one that was there nor another thing that was created', async () => {
  measureDeployment(
    'Succeeded',
    [
      stage('gatewaySubnet', 'Succeeded', 5, '10.0.255.0/27 created'),
      stage('gateway', 'Succeeded', 3, 'vpngw-hub kept'),
      stage('pointToSite', 'Succeeded', 120),
    ],
    undefined,
  );
  measureDeployment('Succeeded', [stage('gateway', 'Succeeded', 2)], undefined);
  expect((await seen()).map(([name]) => name)).not.toContain('vpn_radius.gateway.provisioning');
});

it('counts an event that did not arrive by its type and its failure', async () => {
  measureUndelivered('VpnRadius.Deployment.Failed', 'TopicUnreachable');
  expect(await seen()).toEqual([
    ['vpn_radius.events.undelivered', { type: 'VpnRadius.Deployment.Failed', code: 'TopicUnreachable' }, 1],
  ]);
});
