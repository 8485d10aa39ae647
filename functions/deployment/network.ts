import type { Step } from '../../shared/core/durable.ts';
import type { Plan } from '../../shared/deployment/contract.ts';
import { type Run, ready } from './run.ts';

/** Step 1 of the article begins with a subnet named exactly `GatewaySubnet`. */
export function* gatewaySubnet(run: Run, plan: Plan): Step<string> {
  const { gatewaySubnetId: subnetId, gatewaySubnetPrefix: addressPrefix } = plan;
  const accepted = yield* run.step.ensureGatewaySubnet({ subnetId, addressPrefix });
  const prefix = yield* ready(run, accepted, {
    look: () => run.step.readGatewaySubnet({ subnetId }),
    called: 'GatewaySubnet',
    target: subnetId,
  });
  const kept = accepted === 'kept';
  run.progress.found({ gatewaySubnet: prefix, changes: kept ? [] : [`GatewaySubnet ${prefix} created`] });
  return kept ? `${prefix} is there already` : `${prefix} created`;
}

/** The gateway's Standard static public IP: one, or three for an active-active gateway with point-to-site. */
export function* publicIp(run: Run, { publicIpIds: ids, location, zones }: Plan): Step<string> {
  const accepted = yield* run.step.ensurePublicIps({ ids, location, zones });
  const addresses = yield* ready(run, accepted, {
    look: () => run.step.readPublicIps({ ids }),
    called: 'the public IP address',
    target: ids[0]!,
  });
  const kept = accepted === 'kept';
  const text = addresses.join(', ');
  run.progress.found({ publicIpAddresses: addresses, changes: kept ? [] : [`public IP ${text} created`] });
  return kept ? `${text} is there already` : `${text} created`;
}
