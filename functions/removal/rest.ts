import type { Step } from '../../shared/core/durable.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { RemovalPlan } from '../../shared/deployment/contract.ts';
import { type Run, waitUntilReady } from '../deployment/run.ts';

/**
 * Runs when neither side knows the secrets any more. Their versions are disabled first, then the secrets are deleted.
 * Key Vault can recover them.
 */
export function* takeAwaySecrets(
  { step, progress }: Run,
  { removes: { secrets } }: RemovalPlan,
): Step<string> {
  for (const secret of secrets) {
    yield* step.removeSecret(secret);
    const { name, versions, isWhole } = secret;
    progress.addToResult({
      changes: [
        ...versions.map((version) => `version ${version} of the Key Vault secret ${name} disabled`),
        ...(isWhole ? [`Key Vault secret ${name} deleted; Key Vault can still recover it`] : []),
      ],
      removed: versions.map((version) => ({ what: 'secret', id: name, version })),
    });
  }
  return (
    secrets.map(({ name, isWhole }) => `${name} ${isWhole ? 'deleted' : 'disabled'}`).join('; ') ||
    'There is none'
  );
}

export function* takeAwayPublicIps(run: Run, { removes: { publicIpIds } }: RemovalPlan): Step<string> {
  for (const id of publicIpIds) {
    const accepted = yield* run.step.deletePublicIp({ id });
    yield* waitUntilReady(run, accepted, {
      look: () => run.step.isPublicIpGone({ id }),
      called: `the deletion of the public IP address ${nameOf(id)}`,
      target: id,
    });
    run.progress.addToResult({
      changes: [`public IP ${nameOf(id)} deleted`],
      removed: [{ what: 'publicIp', id }],
    });
  }
  return publicIpIds.length > 0
    ? `${publicIpIds.map(nameOf).join(', ')} deleted`
    : 'No public IP address is to be deleted';
}

export function* takeAwayGatewaySubnet(
  run: Run,
  { gatewayId, removes: { gatewaySubnetId: id } }: RemovalPlan,
): Step<string> {
  if (!id) return 'It stays, or does not exist';
  const accepted = yield* run.step.deleteGatewaySubnet({ id, gatewayId });
  yield* waitUntilReady(run, accepted, {
    look: () => run.step.isGatewaySubnetGone({ id }),
    called: 'the deletion of GatewaySubnet',
    target: id,
  });
  run.progress.addToResult({ changes: ['GatewaySubnet deleted'], removed: [{ what: 'gatewaySubnet', id }] });
  return 'GatewaySubnet deleted';
}
