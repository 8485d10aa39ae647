import { type Finding, warning } from '../core/finding.ts';
import { sameId } from '../core/resource-id.ts';
import { serverTurns, turnsInWords } from '../gateway/changes/server-turns.ts';
import { formDifferences, mode, pointToSiteDifferences, secretDifference } from '../gateway/differences.ts';
import { gatewayWish } from '../gateway/gateway.ts';
import { existingGatewaySubnet } from '../gateway/gateway-subnet.ts';
import type { VpnGateway } from '../gateway/model.ts';
import { authenticationMethodsOf, policyInWords, radiusClientName } from '../nps/desired-state.ts';
import type { FoundSecret } from '../secret/radius-secret.ts';
import type { Facts, PlanOutline, PlanStep } from './contract.ts';

/** What each step would do, in the order of the stages, with one step for each NPS server. */
export function planSteps(outline: PlanOutline, facts: Facts, gateway?: VpnGateway): PlanStep[] {
  return [
    subnetStep(outline, facts),
    ...publicIpSteps(outline, facts, gateway),
    ...secretSteps(outline, facts),
    gatewayStep(outline, gateway),
    ...npsSteps(outline),
    pointToSiteStep(outline, facts, gateway),
  ];
}

/** One step for each secret: with `radius.secretName` of an earlier request, several servers may still share one. */
function secretSteps({ servers }: PlanOutline, facts: Facts): PlanStep[] {
  return [...new Set(servers.map(({ secretName }) => secretName))].map((target) => {
    if (!secretNamed(facts, target)) return { name: 'radiusSecret', action: 'create', target };
    if (!facts.isRotation) return { name: 'radiusSecret', action: 'keep', target };
    const changes = ['a new version, unless the newest version is not yet on both sides'];
    return { name: 'radiusSecret', action: 'update', target, changes };
  });
}

export function secretNamed({ secrets }: Facts, name: string): FoundSecret | undefined {
  return secrets.find((found) => sameId(found.name, name));
}

function subnetStep({ gatewaySubnetId, gatewaySubnetPrefix }: PlanOutline, facts: Facts): PlanStep {
  return existingGatewaySubnet(facts.virtualNetwork)
    ? { name: 'gatewaySubnet', action: 'keep', target: gatewaySubnetId }
    : { name: 'gatewaySubnet', action: 'create', target: gatewaySubnetId, changes: [gatewaySubnetPrefix] };
}

function publicIpSteps({ publicIpIds }: PlanOutline, facts: Facts, gateway?: VpnGateway): PlanStep[] {
  const present = [...facts.publicIps.map(({ id }) => id), ...(gateway?.publicIpIds ?? [])];
  return publicIpIds.map((id) => ({
    name: 'publicIp',
    action: present.some((other) => sameId(other, id)) ? 'keep' : 'create',
    target: id,
  }));
}

function gatewayStep(outline: PlanOutline, gateway?: VpnGateway): PlanStep {
  const target = outline.gatewayId;
  if (!gateway) {
    const changes = [`SKU ${outline.sku}`, mode(outline.activeActive)];
    return { name: 'gateway', action: 'create', target, changes };
  }
  const changes = formDifferences(gateway, gatewayWish(outline)).map(({ found }) => found);
  const isBroken = gateway.provisioningState === 'Failed' || gateway.provisioningState === 'Canceled';
  if (isBroken) changes.push(`its state is ${gateway.provisioningState}`);
  if (changes.length === 0) return { name: 'gateway', action: 'keep', target };
  return { name: 'gateway', action: 'update', target, changes };
}

/** Only the server knows whether NPS is already as wanted, so this says what will be ensured. */
function npsSteps(outline: PlanOutline): PlanStep[] {
  const { gatewayId, gatewaySubnetPrefix, protocols, mfaExtension } = outline;
  const methods = authenticationMethodsOf(protocols).join(' and ');
  const groups = (outline.askedGroups ?? []).filter((group) => group.windowsGroup).map(({ name }) => name);
  return outline.servers.map(({ host }) => ({
    name: 'nps',
    action: 'update',
    target: host,
    changes: [
      `RADIUS client ${radiusClientName(gatewayId)} is ${gatewaySubnetPrefix} with the shared secret`,
      `${policyInWords(outline)} grants access and allows ${methods}`,
      ...(groups.length > 0
        ? [`a network policy for each of the user groups ${groups.join(', ')} sends its attribute`]
        : []),
      ...(mfaExtension === 'install' ? ['the MFA extension is installed'] : []),
      ...(mfaExtension === 'skip' ? [] : ['the MFA extension asks for an approval, not for a code']),
    ],
  }));
}

function pointToSiteStep(outline: PlanOutline, facts: Facts, gateway?: VpnGateway): PlanStep {
  const target = outline.gatewayId;
  const wish = gatewayWish(outline).pointToSite;
  const differences = pointToSiteDifferences(gateway?.pointToSite, wish);
  const changes = differences.map(({ found }) => found);
  for (const { address, secretName } of gateway ? outline.servers : []) {
    if (facts.isRotation || !secretNamed(facts, secretName))
      changes.push(`the shared secret of RADIUS server ${address} is new`);
    else if (facts.replacedSecrets?.includes(address)) changes.push(secretDifference(address).found);
  }
  const order = turnsInWords(gateway?.pointToSite?.radiusServers ?? [], wish.radiusServers);
  if (order) changes.push(order);
  if (!gateway?.pointToSite) return { name: 'pointToSite', action: 'create', target, changes };
  if (changes.length === 0) return { name: 'pointToSite', action: 'keep', target };
  const givesBack = changes.length === differences.length && differences.every((one) => one.givesBack);
  return { name: 'pointToSite', action: 'update', target, changes, ...(givesBack && { givesBack }) };
}

/** NPS holds one secret for a RADIUS client, and the gateway holds one for a server: neither can have two at once. */
export function* rotationFindings({ servers }: PlanOutline): Generator<Finding> {
  if (servers.length !== 1) return;
  yield warning(
    'RotationInterruptsSignIn',
    `The gateway has only one RADIUS server, ${servers[0]!.address}. From the moment when NPS has the new secret, nobody can sign in until the gateway has it too, some minutes later. Choose a quiet hour.`,
    'virtualNetworkGatewayId',
  );
}

/** The servers are done one after the other: each needs ten minutes for NPS and five for the gateway. */
export const rotationMinutes = ({ servers }: PlanOutline) => 15 * servers.length + 2;

/** Whether an existing gateway is written. */
export const isGatewayWritten = (steps: readonly PlanStep[]): boolean =>
  steps.some(({ name, action }) => (name === 'gateway' || name === 'pointToSite') && action === 'update');

/**
 * Minutes; the estimate is rather too high than too low. A gateway takes "up to 45 minutes", and so does a change of
 * its mode or SKU. NPS is configured at the same time.
 */
export function estimatedMinutes(
  steps: readonly PlanStep[],
  outline: PlanOutline,
  gateway?: VpnGateway,
): number {
  const acts = (name: PlanStep['name'], action: PlanStep['action']) =>
    steps.some((step) => step.name === name && step.action === action);
  const isRebuilt =
    gateway && (gateway.activeActive !== outline.activeActive || !sameId(gateway.sku, outline.sku));
  const gatewayMinutes = acts('gateway', 'create') || isRebuilt ? 45 : acts('gateway', 'update') ? 5 : 0;
  const held = gateway?.pointToSite?.radiusServers ?? [];
  const writes = serverTurns(held, gatewayWish(outline).pointToSite.radiusServers).length;
  const pointToSiteMinutes = gateway && !acts('pointToSite', 'keep') ? 5 * writes : 0;
  const before = (acts('gatewaySubnet', 'create') ? 1 : 0) + (acts('publicIp', 'create') ? 1 : 0);
  const reading = 2;
  return (
    before + Math.max(gatewayMinutes, outline.servers.length > 0 ? 10 : 0) + pointToSiteMinutes + reading
  );
}
