import type { Step } from '../../../shared/core/durable.ts';
import type { Plan } from '../../../shared/deployment/contract.ts';
import type { ServerSecret } from '../../../shared/secret/model.ts';
import type { Run } from '../run.ts';

interface EnsuredSecret extends ServerSecret {
  readonly wasCreated: boolean;
}

/** The secret of each NPS server: found in Key Vault, or generated and stored there before anyone uses it. */
export function* ensureSecrets(run: Run, plan: Plan): Step<readonly EnsuredSecret[]> {
  const { gatewayId, servers } = plan;
  const now = run.context.df.currentUtcDateTime.toISOString();
  const secrets: EnsuredSecret[] = [];
  for (const { address, host, secretName: name } of servers) {
    const isShared = servers.filter((other) => other.secretName === name).length > 1;
    const order = { name, gatewayId, host, isShared, deploymentId: run.id, now };
    secrets.push({ address, ...(yield* run.step.ensureRadiusSecret(order)) });
    const { wasCreated, version } = secrets.at(-1)!;
    run.progress.addToResult({
      secrets: secrets.map(({ wasCreated: _, ...kept }) => kept),
      secretVersion: secrets[0]!.version,
      changes: wasCreated ? [`Key Vault secret ${name} generated`] : [],
      made: wasCreated ? [{ what: 'secret', id: name, version }] : [],
    });
  }
  return secrets;
}

export function whereTheyAre(secrets: readonly EnsuredSecret[]): string {
  return secrets
    .map(({ name, wasCreated }) =>
      wasCreated ? `Generated and stored in Key Vault as ${name}` : `Key Vault secret ${name}`,
    )
    .join('; ');
}
