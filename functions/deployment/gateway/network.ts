import type { Step } from '../../../shared/core/durable.ts';
import { sameId } from '../../../shared/core/resource-id.ts';
import type { Plan, PlanStep } from '../../../shared/deployment/contract.ts';
import { type Run, waitUntilReady } from '../run.ts';

/** Step 1 of the article begins with a subnet named exactly `GatewaySubnet`. */
export function* ensureSubnet(run: Run, plan: Plan): Step<string> {
  const { gatewaySubnetId: subnetId, gatewaySubnetPrefix: addressPrefix } = plan;
  const isNew = isCreatedHere(plan, 'gatewaySubnet', subnetId);
  const accepted = yield* run.step.ensureGatewaySubnet({ subnetId, addressPrefix, isNew });
  const prefix = yield* waitUntilReady(run, accepted, {
    look: () => run.step.readGatewaySubnet({ subnetId }),
    called: 'GatewaySubnet',
    target: subnetId,
    // Recorded: 3 to 56 seconds.
    usualSeconds: 15,
  });
  run.progress.addToResult({
    gatewaySubnet: prefix,
    changes: isNew ? [`GatewaySubnet ${prefix} created`] : [],
    made: isNew ? [{ what: 'gatewaySubnet', id: subnetId }] : [],
  });
  return `${prefix} ${isNew ? 'created' : 'already exists'}`;
}

/** The gateway's Standard static public IP: one, or three for an active-active gateway with point-to-site. */
export function* ensureAddresses(run: Run, plan: Plan): Step<string> {
  const { publicIpIds: ids, location, zones } = plan;
  const newIds = ids.filter((id) => isCreatedHere(plan, 'publicIp', id));
  const accepted = yield* run.step.ensurePublicIps({ ids, newIds, location, zones });
  const addresses = yield* waitUntilReady(run, accepted, {
    look: () => run.step.readPublicIps({ ids }),
    called: 'the public IP address',
    target: ids[0]!,
  });
  const isNew = (_: string, index: number) => newIds.includes(ids[index]!);
  const made = addresses.filter(isNew);
  const kept = addresses.filter((address, index) => !isNew(address, index));
  run.progress.addToResult({
    publicIpAddresses: addresses,
    changes: made.map((address) => `public IP ${address} created`),
    made: newIds.map((id) => ({ what: 'publicIp', id })),
  });
  return [
    ...(made.length > 0 ? [`${made.join(', ')} created`] : []),
    ...(kept.length > 0 ? [`${kept.join(', ')} already ${kept.length > 1 ? 'exist' : 'exists'}`] : []),
  ].join('; ');
}

/**
 * Whether this deployment made it: the plan did not find it, and it is there now. The write itself does not tell: when
 * its answer is lost, the next attempt finds the resource already there.
 */
const isCreatedHere = ({ steps }: Plan, name: PlanStep['name'], target: string) =>
  steps.some((step) => step.name === name && step.action === 'create' && sameId(step.target, target));
