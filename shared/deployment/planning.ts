import { only } from '../core/finding.ts';
import { sameId } from '../core/resource-id.ts';
import { addressPoolFindings, chosenAddressPool, poolChoice } from '../gateway/address-pool.ts';
import { gatewayFindings } from '../gateway/checks/gateway-findings.ts';
import { gatewaySubnetFindings } from '../gateway/checks/gateway-subnet-findings.ts';
import {
  activeActiveOf,
  authenticationTypesOf,
  gatewayIdOf,
  gatewayInPlace,
  skuOf,
} from '../gateway/gateway.ts';
import { existingGatewaySubnet, gatewaySubnetId, gatewaySubnetPrefix } from '../gateway/gateway-subnet.ts';
import { allZones, publicIpFindings, publicIpIds } from '../gateway/public-ip.ts';
import { reachablePrefixes } from '../gateway/reachable.ts';
import { npsFindings } from '../nps/checks/nps-findings.ts';
import { machineAddressFindings } from '../nps/machine-addresses.ts';
import { articlePolicy, ownPolicy } from '../nps/network-policy.ts';
import { radiusServerFindings, radiusServersOf } from '../nps/radius-servers.ts';
import { secretFindings, secretNameOf } from '../secret/radius-secret.ts';
import type { Facts, PlanDefaults, Planned, PlanOutline } from './contract.ts';
import { guardrailFindings, vouchedAddresses } from './guardrails.ts';
import {
  estimatedMinutes,
  planSteps,
  rotationFindings,
  rotationMinutes,
  userFindings,
} from './plan-steps.ts';
import type { VpnGatewayRequest } from './request.ts';

/** What would be done, or everything that stands in the way at once. */
export function planDeployment(request: VpnGatewayRequest, facts: Facts, defaults: PlanDefaults): Planned {
  const { virtualNetwork, onPremises, takenPools } = facts;
  const gateway = gatewayInPlace(request, virtualNetwork, facts.gateway);
  const gatewayId = gatewayIdOf(request, virtualNetwork, gateway);
  const prefix = gatewaySubnetPrefix(virtualNetwork, request.gatewaySubnetPrefix);
  const servers = radiusServersOf(request, defaults.radiusServers);
  const activeActive = activeActiveOf(request, gateway);
  const { addressPool: asked, protocols } = request.pointToSite;
  const pool = {
    asked,
    supernet: defaults.p2sPoolSupernet,
    current: gateway?.pointToSite?.addressPool ?? [],
    activeActive,
  };
  const around = {
    virtualNetwork,
    gatewaySubnetPrefix: prefix,
    onPremises,
    takenPools,
    radiusAddresses: servers.map(({ address }) => address),
  };

  const plan: PlanOutline = {
    virtualNetworkId: virtualNetwork.id,
    gatewayId,
    location: gateway?.location ?? virtualNetwork.location,
    gatewaySubnetId: existingGatewaySubnet(virtualNetwork)?.id ?? gatewaySubnetId(virtualNetwork.id),
    gatewaySubnetPrefix: prefix ?? '',
    publicIpIds: publicIpIds(gatewayId, activeActive, gateway),
    zones: allZones,
    sku: skuOf(request, defaults.sku, gateway),
    activeActive,
    addressPool: chosenAddressPool(pool, around),
    protocols,
    authenticationTypes: authenticationTypesOf(protocols, gateway?.pointToSite).types,
    servers: servers.map((server, index) => ({
      ...server,
      kind: facts.npsHosts[index]?.kind ?? 'virtualMachine',
      location: facts.npsHosts[index]?.location ?? '',
    })),
    secretName: secretNameOf(request, gatewayId),
    networkPolicy: request.nps.networkPolicy ?? articlePolicy,
    mfaExtension: request.nps.mfaExtension,
    ...(defaults.npsExtras && { npsExtras: defaults.npsExtras }),
  };
  const choice = poolChoice(pool, around);
  const steps = planSteps(plan, facts, gateway);
  const ownPublicIps = facts.publicIps.filter(({ id }) => plan.publicIpIds.some((own) => sameId(own, id)));
  const findings = [
    ...gatewaySubnetFindings(virtualNetwork, request.gatewaySubnetPrefix, facts.routeTable),
    ...(facts.gateway ? gatewayFindings(request, virtualNetwork, facts.gateway) : []),
    // What the gateway has already was not asked for now, and a bad secret is what a rotation puts an end to.
    ...(facts.rotates
      ? rotationFindings(plan)
      : [...publicIpFindings(ownPublicIps, gatewayId, gateway), ...addressPoolFindings(pool, around)]),
    ...radiusServerFindings(servers, {
      npsHosts: facts.npsHosts,
      gatewaySubnetPrefix: prefix,
      reachable: reachablePrefixes(virtualNetwork, onPremises),
    }),
    ...servers.flatMap((server, index) => [
      ...machineAddressFindings(
        server,
        facts.npsHosts[index]?.addresses,
        vouchedAddresses(defaults.guardrails, server.host),
        `radius.servers[${index}].address`,
      ),
    ]),
    ...guardrailFindings(defaults.guardrails, defaults.radiusServers, {
      virtualNetwork,
      servers,
      npsHosts: facts.npsHosts,
      // A rotation leaves both as they are.
      networkPolicy: facts.rotates ? ownPolicy : plan.networkPolicy,
      mfaExtension: facts.rotates ? 'require' : plan.mfaExtension,
    }),
    ...(facts.rotates ? [] : secretFindings(plan.secretName, facts.secret?.problem, facts.secret?.expiredAt)),
    ...npsFindings(request, defaults.mfaInstaller ?? false),
    ...userFindings(plan, steps, gateway),
  ];
  const warnings = only('warning', findings);
  const [first, ...more] = only('problem', findings);
  if (first) return { problems: [first, ...more], warnings };
  return {
    plan: {
      ...plan,
      ...(choice && { poolChoice: choice }),
      steps,
      warnings,
      estimatedMinutes: facts.rotates ? rotationMinutes(plan) : estimatedMinutes(steps, plan, gateway),
    },
    problems: [],
    warnings,
  };
}
