import { count, recordTime } from '../core/instruments.ts';
import type { Stage } from './contract.ts';

/** One deployment that has ended. `status` is Succeeded, Failed, Canceled or Rejected. */
export function measureDeployment(
  status: string,
  stages: readonly Stage[],
  failure: { readonly code: string } | undefined,
): void {
  const stage = stages.find((one) => one.status === 'Failed')?.name;
  count('vpn_radius.deployments', 'Deployments that have ended.', {
    outcome: status,
    ...(stage && { stage }),
    ...(failure && { code: failure.code }),
  });
  for (const one of stages) {
    const seconds = durationOf(one);
    if (seconds === undefined) continue;
    recordTime('vpn_radius.stage.duration', 'How long the stages of deployments took.', seconds, {
      stage: one.name,
      outcome: one.status,
    });
    // When the gateway existed before, its stage takes only as long as a read of it.
    if (one.name === 'gateway' && one.status === 'Succeeded' && one.detail?.endsWith(' created'))
      recordTime('vpn_radius.gateway.provisioning', 'How long Azure took to create gateways.', seconds, {});
  }
}

function durationOf({ status, startedAt, endedAt }: Stage): number | undefined {
  if ((status !== 'Succeeded' && status !== 'Failed') || !startedAt || !endedAt) return undefined;
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

export function measureUndelivered(type: string, code: string): void {
  count('vpn_radius.events.undelivered', 'Events that the topic did not take.', { type, code });
}
