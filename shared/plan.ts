import { addressPoolFindings, chosenAddressPool, poolChoice } from './address-pool.ts';
import type { Problem } from './errors.ts';
import { only } from './finding.ts';
import { activeActiveOf, authenticationTypesOf, gatewayIdOf, gatewayInPlace, skuOf } from './gateway.ts';
import { gatewayFindings } from './gateway-findings.ts';
import { existingGatewaySubnet, gatewaySubnetId, gatewaySubnetPrefix } from './gateway-subnet.ts';
import { gatewaySubnetFindings } from './gateway-subnet-findings.ts';
import type { NpsExtras } from './nps.ts';
import { npsFindings } from './nps-findings.ts';
import {
  estimatedMinutes,
  type PlanOutline,
  type PlanStep,
  planSteps,
  rotationFindings,
  rotationMinutes,
  userFindings,
} from './plan-steps.ts';
import type {
  NpsHostStatus,
  PublicIpAddress,
  RouteTable,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from './ports.ts';
import { allZones, publicIpFindings, publicIpIds } from './public-ip.ts';
import { secretFindings, secretNameOf } from './radius.ts';
import { type RadiusServerWish, radiusServerFindings, radiusServersOf } from './radius-servers.ts';
import type { VpnGatewayRequest } from './request.ts';
import { sameId } from './resource-id.ts';

/** What was read before planning. */
export interface Facts {
  readonly virtualNetwork: VirtualNetwork;
  /** Of GatewaySubnet, when it has one. */
  readonly routeTable?: RouteTable;
  readonly onPremises: readonly TakenPrefixes[];
  /** Pools of other gateways and of deployments under way; never this VNet's own. */
  readonly takenPools: readonly TakenPrefixes[];
  /** The gateway that sits in GatewaySubnet (the VPN one, where an ExpressRoute gateway sits there too), else the one of the wished name. */
  readonly gateway?: VpnGateway;
  /** Those of `publicIpIds(…)` that exist. */
  readonly publicIps: readonly PublicIpAddress[];
  /** In the order of `radiusServersOf(…)`; undefined (null after JSON) where there is no such machine. */
  readonly npsHosts: readonly (NpsHostStatus | null | undefined)[];
  /** The Key Vault secret of `secretNameOf(…)`, when it exists; `problem` is that of `secretProblem`, so that its value stays where it was read. */
  readonly secret?: { readonly version: string; readonly problem?: string; readonly expiredAt?: string };
  /** Nothing is asked for but a new shared secret. */
  readonly rotates?: boolean;
}

/** What the settings say where the request says nothing. */
export interface PlanDefaults {
  readonly sku: string;
  readonly p2sPoolSupernet: string;
  readonly radiusServers: readonly RadiusServerWish[];
  /** Whether the settings name an installer of the MFA extension. */
  readonly mfaInstaller?: boolean;
  readonly npsExtras?: NpsExtras;
}

export interface PlannedServer extends RadiusServerWish {
  readonly kind: NpsHostStatus['kind'];
  readonly location: string;
}

export interface Plan {
  readonly virtualNetworkId: string;
  readonly gatewayId: string;
  readonly location: string;
  readonly gatewaySubnetId: string;
  readonly gatewaySubnetPrefix: string;
  readonly publicIpIds: readonly string[];
  /** For the public IP addresses that are created. */
  readonly zones: readonly string[];
  readonly sku: string;
  readonly activeActive: boolean;
  readonly addressPool: readonly string[];
  /** Set when the pool was chosen here, so that another may be chosen when it is claimed first. */
  readonly poolChoice?: { readonly supernet: string; readonly avoid: readonly string[] };
  readonly protocols: readonly string[];
  readonly authenticationTypes: readonly string[];
  readonly servers: readonly PlannedServer[];
  readonly secretName: string;
  readonly networkPolicy: string;
  readonly mfaExtension: 'require' | 'install' | 'skip';
  /** What the settings add to the desired state of the NPS servers. */
  readonly npsExtras?: NpsExtras;
  readonly steps: readonly PlanStep[];
  readonly warnings: readonly Problem[];
  readonly estimatedMinutes: number;
  /** US dollars for the gateway that is created; only where somebody is to decide on it. */
  readonly estimatedMonthlyCost?: number;
}

export type Planned =
  | { readonly plan: Plan; readonly problems: readonly []; readonly warnings: readonly Problem[] }
  | {
      readonly plan?: undefined;
      readonly problems: readonly [Problem, ...Problem[]];
      readonly warnings: readonly Problem[];
    };

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
    networkPolicy: request.nps.networkPolicy,
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
    ...radiusServerFindings(servers, facts, prefix),
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
