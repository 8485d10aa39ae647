import { minutes, type Step, waitFor } from '../../shared/core/durable.ts';
import { failed } from '../../shared/core/errors.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Migration, Plan } from '../../shared/deployment/contract.ts';
import type { AddressMigrationPhase } from '../../shared/gateway/model.ts';
import type { Run } from '../deployment/run.ts';

/** Microsoft's guided migration, as far as it can be taken back. Users notice only the second phase. */
export function* migrateAddresses(run: Run, plan: Plan): Step<void> {
  const { progress, step } = run;
  progress.expectEndIn(minutes(plan.estimatedMinutes));
  for (const name of ['gatewaySubnet', 'radiusSecret', 'gateway', 'nps', 'pointToSite'] as const)
    progress.end(name, 'Skipped', 'This path does not change it');
  const before = yield* step.readGatewayAddresses({ gatewayId: plan.gatewayId });
  yield* progress.runStage('publicIp', makeAddressesStandard(run, plan));
  yield* progress.runStage('verify', step.verifyAddresses({ gatewayId: plan.gatewayId, before }));
}

function* makeAddressesStandard(run: Run, { gatewayId }: Plan): Step<string> {
  yield* runPhase(run, gatewayId, 'Prepare');
  yield* runPhase(run, gatewayId, 'Execute');
  const what = `public IP address of ${nameOf(gatewayId)} made Standard, not yet committed`;
  run.progress.addToResult({ changes: [what] });
  return what;
}

export function* commitAddresses(run: Run, { gatewayId }: Plan): Step<string> {
  yield* runPhase(run, gatewayId, 'Commit');
  const what = `Standard address of ${nameOf(gatewayId)} committed, Basic address removed`;
  run.progress.addToResult({ changes: [what] });
  return what;
}

export function* takeAddressesBack(run: Run, { gatewayId }: Migration): Step<string> {
  yield* runPhase(run, gatewayId, 'Abort');
  run.progress.addToResult({
    changes: [`migration of ${nameOf(gatewayId)} undone, its address is Basic again`],
  });
  return 'The migration was undone: the address is Basic again, and the SKU is the earlier one.';
}

/**
 * Preparing and committing take up to an hour. ("How to migrate a Basic SKU public IP address" is about a preview, so
 * it promises nothing.)
 */
function* runPhase(run: Run, gatewayId: string, phase: AddressMigrationPhase): Step<void> {
  const { step, context, canceled } = run;
  yield* step.beginAddressPhase({ gatewayId, phase });
  yield* waitFor(context, {
    look: () => step.readAddressPhase({ gatewayId, phase }),
    at: [1, 3, 5, 10, 15, 20].map(minutes),
    canceled,
    limit: minutes(180),
    tooLate: failed(
      'AddressMigrationLate',
      `Azure has not finished the phase ${phase} within three hours. Azure still works on it. Send the migration again: it continues from there.`,
      gatewayId,
    ),
  });
}
