import { only } from '../core/finding.ts';
import { sameId } from '../core/resource-id.ts';
import { addressMap } from '../gateway/address-map.ts';
import { addressPoolFindings, chosenAddressPool, poolChoice } from '../gateway/address-pool.ts';
import { noticeFindings, takenAway, userNotices } from '../gateway/changes/user-notices.ts';
import { gatewaySubnetFindings } from '../gateway/checks/gateway-subnet-checks.ts';
import { groupChangeFindings, groupFindings } from '../gateway/checks/group-checks.ts';
import { radiusRouteFindings } from '../gateway/checks/radius-checks.ts';
import { gatewayFindings } from '../gateway/checks/request-findings.ts';
import { virtualNetworkFindings } from '../gateway/checks/virtual-network-checks.ts';
import { formOf, gatewayIdOf, gatewayInPlace, gatewayWish } from '../gateway/gateway.ts';
import { existingGatewaySubnet, gatewaySubnetId, gatewaySubnetPrefix } from '../gateway/gateway-subnet.ts';
import {
  groupPoolChoices,
  groupPoolFindings,
  poolsOfGroups,
  withChosenPools,
} from '../gateway/groups/pools.ts';
import { wishedGroups } from '../gateway/groups/wished-groups.ts';
import { publicIpFindings, zonesFor } from '../gateway/public-ip.ts';
import { reachablePrefixes } from '../gateway/reachable.ts';
import { npsRequestFindings } from '../nps/checks/request-findings.ts';
import { machineAddressFindings } from '../nps/machine-addresses.ts';
import type { RadiusServerWish } from '../nps/model.ts';
import { articlePolicy } from '../nps/network-policy.ts';
import { radiusServerFindings } from '../nps/radius-servers.ts';
import { secretFindings, sharedSecretFindings } from '../secret/radius-secret.ts';
import type { Facts, PlanDefaults, Planned, PlanOutline } from './contract.ts';
import { guardrailFindings, vouchedAddresses } from './guardrails/guardrails.ts';
import { gatewayMissing, onPath } from './migration/planning.ts';
import {
  estimatedMinutes,
  isGatewayWritten,
  planSteps,
  rotationFindings,
  rotationMinutes,
  secretNamed,
} from './plan-steps.ts';
import type { VpnGatewayRequest } from './request.ts';
import { npsWishOf, secretNamesOf, serversOf, wishFor } from './wished.ts';

/** What would be done, or every problem at once. */
export function makePlan(request: VpnGatewayRequest, facts: Facts, defaults: PlanDefaults): Planned {
  const { virtualNetwork, onPremises, takenPools, connected = [] } = facts;
  const gateway = gatewayInPlace(request, virtualNetwork, facts.gateway);
  const gatewayId = gatewayIdOf(request, virtualNetwork, gateway);
  const prefix = gatewaySubnetPrefix(virtualNetwork, request.gatewaySubnetPrefix);
  const asked = wishFor(request, virtualNetwork, gateway, defaults);
  const where = { gatewayId, gateway };
  const namesFor = (servers: readonly RadiusServerWish[], isRotation: boolean | undefined) =>
    secretNamesOf(request, facts.asked, where, servers, isRotation).chosen((name) =>
      secretNamed(facts, name),
    );
  const known = serversOf(asked, request, facts.asked, defaults).servers;
  const names = namesFor(known, false);
  const path =
    gateway &&
    onPath(
      facts,
      gateway,
      known.map(({ address }, index) => ({ address, secretName: names[index]! })),
    );
  const wish = path ? path.wish(asked) : asked;
  /** What the gateway already has is not counted as a request now. */
  const isKept = facts.isRotation || path?.isOfGatewayAlone === true;
  const { sku, activeActive, location, publicIpIds } = wish;
  const { protocols, authenticationTypes, radiusServers } = wish.pointToSite;
  const nps = npsWishOf(request, facts.asked);
  const machines = path?.isOfGatewayAlone
    ? { servers: [], unknown: radiusServers }
    : serversOf(wish, request, facts.asked, defaults);
  const pool = {
    asked: request.pointToSite.addressPool,
    supernet: defaults.p2sPoolSupernet,
    current: gateway?.pointToSite?.addressPool ?? [],
    activeActive,
  };
  const { groups: named } = request.pointToSite;
  const heldGroups = gateway?.pointToSite?.groups ?? [];
  const wished = wishedGroups(named, facts.asked?.pointToSite.groups, heldGroups);
  const groupPools = {
    named: named ?? [],
    current: heldGroups,
    supernet: defaults.p2sPoolSupernet,
    activeActive,
  };
  const around = {
    virtualNetwork,
    gatewaySubnetPrefix: prefix,
    onPremises,
    takenPools,
    radiusAddresses: radiusServers.map(({ address }) => address),
    groupPools: poolsOfGroups(wished.groups, gateway?.pointToSite),
  };
  const addressPool = chosenAddressPool(pool, around);
  const groups = wished.groups && withChosenPools(wished.groups, groupPools, around, addressPool);
  const isConfigured = (address: string) => machines.servers.some((server) => server.address === address);

  const secretName = namesFor(machines.servers, facts.isRotation);

  const plan: PlanOutline = {
    virtualNetworkId: virtualNetwork.id,
    gatewayId,
    location,
    gatewaySubnetId: existingGatewaySubnet(virtualNetwork)?.id ?? gatewaySubnetId(virtualNetwork.id),
    gatewaySubnetPrefix: prefix ?? '',
    publicIpIds,
    ...(gateway && { gatewayBefore: formOf(gateway) }),
    zones: zonesFor(facts.publicIps, gateway),
    sku,
    activeActive,
    addressPool,
    protocols,
    authenticationTypes,
    ...(wish.pointToSite.entra && { entra: wish.pointToSite.entra }),
    ...(wish.pointToSite.endsSignIn && { endsSignIn: wish.pointToSite.endsSignIn }),
    ...(path && { migration: path.told }),
    ...(groups && !path?.isOfGatewayAlone && { groups }),
    ...(wished.asked && { askedGroups: wished.asked }),
    otherServers: machines.unknown,
    servers: machines.servers.map((server, index) => ({
      ...server,
      secretName: secretName[index]!,
      kind: facts.npsHosts[index]?.kind ?? 'virtualMachine',
      location: facts.npsHosts[index]?.location ?? '',
    })),
    ...nps,
    ...(defaults.npsExtras && { npsExtras: defaults.npsExtras }),
  };
  const choice = poolChoice(pool, around);
  const planned = planSteps(plan, facts, gateway);
  const steps = path?.steps(planned) ?? planned;
  const ownPublicIps = facts.publicIps.filter(({ id }) => plan.publicIpIds.some((own) => sameId(own, id)));
  // A rotation only asks for a new secret.
  const replaced = facts.isRotation ? [] : (facts.replacedSecrets ?? []).filter(isConfigured);
  const usersNotice = gateway
    ? userNotices(gateway, gatewayWish(plan), {
        replacedSecrets: replaced,
        isWritten: isGatewayWritten(steps),
      })
    : [];
  const everything = [
    ...(facts.migrates && !gateway ? [gatewayMissing(facts.migrates.gatewayId)] : []),
    ...(path?.findings ?? []),
    ...virtualNetworkFindings({
      virtualNetwork,
      managedBy: facts.managedBy,
      gateway,
      wish: plan,
      connected,
    }),
    ...gatewaySubnetFindings({
      virtualNetwork,
      asked: request.gatewaySubnetPrefix,
      routeTable: facts.routeTable,
    }),
    ...(facts.gateway
      ? gatewayFindings(request, facts.gateway, { virtualNetwork, publicIps: facts.publicIps, connected })
      : []),
    ...(facts.isRotation ? rotationFindings(plan) : []),
    ...(isKept
      ? []
      : [
          ...publicIpFindings(ownPublicIps, gatewayId, gateway),
          ...addressPoolFindings(pool, around),
          ...groupFindings(groups ?? [], named !== undefined),
          ...(named ? groupChangeFindings(named, heldGroups, groups ?? []) : []),
          ...groupPoolFindings(groups ?? [], groupPools, around),
        ]),
    ...(path?.isOfGatewayAlone ? [] : radiusServerFindings(machines, facts.npsHosts)),
    ...radiusRouteFindings({
      addresses: machines.servers.map(({ address }) => address),
      gatewaySubnetPrefix: prefix,
      reachable: reachablePrefixes(virtualNetwork, onPremises),
    }),
    ...machines.servers.flatMap((server, index) => [
      ...machineAddressFindings(
        server,
        facts.npsHosts[index]?.addresses,
        vouchedAddresses(defaults.guardrails, server.host),
        `radius.servers[${index}].address`,
      ),
    ]),
    ...guardrailFindings(defaults.guardrails, defaults.radiusServers, {
      virtualNetwork,
      servers: machines.servers,
      npsHosts: facts.npsHosts,
      networkPolicy: isKept ? articlePolicy : plan.networkPolicy,
      mfaExtension: isKept ? 'require' : plan.mfaExtension,
    }),
    // A rotation replaces a bad secret, so a bad secret does not stop it.
    ...(facts.isRotation ? [] : sharedSecretFindings(plan.servers)),
    ...(facts.isRotation
      ? []
      : plan.servers.flatMap(({ host, secretName }) => [
          ...secretFindings({ gatewayId, host }, secretNamed(facts, secretName)),
        ])),
    ...(path?.isOfGatewayAlone
      ? []
      : npsRequestFindings({ ...request, nps }, protocols, defaults.hasMfaInstaller ?? false)),
    ...noticeFindings(usersNotice),
  ];
  const findings = path ? everything.filter((finding) => !path.fixes(finding)) : everything;
  const warnings = only('warning', findings);
  const takesAway = takenAway(usersNotice);
  const [first, ...more] = only('problem', findings);
  const addresses = addressMap(pool, around);
  if (first) return { problems: [first, ...more], warnings, takesAway, usersNotice, addresses };
  return {
    plan: {
      ...plan,
      ...(choice && { poolChoice: choice }),
      ...(named && groups && { groupPoolChoices: groupPoolChoices(groups, groupPools, around) }),
      steps,
      takesAway,
      usersNotice,
      warnings,
      reasonsToAsk: [],
      estimatedMinutes: facts.isRotation ? rotationMinutes(plan) : estimatedMinutes(steps, plan, gateway),
    },
    problems: [],
    warnings,
    takesAway,
    usersNotice,
    addresses,
  };
}
