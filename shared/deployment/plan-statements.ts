import { createHash } from 'node:crypto';
import type { Plan } from './contract.ts';

/**
 * All that a plan says, a sentence for each thing: what is read by whoever decides on it, what its digest is made of, and
 * by what two plans are compared. Warnings, times and costs are no part of it: they change while nothing else does.
 */
export function planStatements(plan: Plan): string[] {
  const { steps, takesAway, servers, otherServers } = plan;
  return [
    `Virtual network: ${plan.virtualNetworkId}`,
    `Gateway: ${plan.gatewayId}, SKU ${plan.sku}, ${plan.activeActive ? 'active-active' : 'active-standby'}`,
    `GatewaySubnet: ${plan.gatewaySubnetPrefix}`,
    `Client address pool: ${listed(plan.addressPool)}`,
    `Protocols: ${listed(plan.protocols)}; authentication: ${listed(plan.authenticationTypes)}`,
    ...servers.map(
      ({ address, score, host, secretName }) =>
        `RADIUS server: ${address}, score ${score}, on ${host}, secret in Key Vault: ${secretName}`,
    ),
    ...otherServers.map(
      ({ address, score }) =>
        `RADIUS server: ${address}, score ${score}, kept as it is, on a machine of others`,
    ),
    `Network policy: "${plan.networkPolicy}"; MFA extension: ${plan.mfaExtension}`,
    ...steps.map(({ name, action, target, changes }) => {
      const what = changes?.length ? `: ${changes.join('; ')}` : '';
      return `Step ${name}: ${action} ${target}${what}`;
    }),
    ...takesAway.map(({ message }) => `Takes away: ${message}`),
  ];
}

const listed = (values: readonly string[]) => [...values].sort().join(', ') || 'none';

/** SHA-256 over the statements: an approval names it, so that it is for this plan and for no other. */
export function planDigest(plan: Plan): string {
  return createHash('sha256')
    .update(JSON.stringify(planStatements(plan)))
    .digest('hex');
}

/** What another plan says that the one before did not, and what it says no more. */
export function planDifferences(before: Plan, after: Plan): string[] {
  const [old, now] = [planStatements(before), planStatements(after)];
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `no more: ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `new: ${one}`),
  ];
}
