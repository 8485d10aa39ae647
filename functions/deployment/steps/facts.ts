import { parseResourceId, sameId } from '../../../shared/core/resource-id.ts';
import type { Facts, Plan, PlanDefaults, Planned } from '../../../shared/deployment/contract.ts';
import { planDeployment } from '../../../shared/deployment/planning.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import {
  activeActiveOf,
  gatewayIdOf,
  gatewayInPlace,
  gatewayOfSubnet,
} from '../../../shared/gateway/gateway.ts';
import { existingGatewaySubnet } from '../../../shared/gateway/gateway-subnet.ts';
import type { TakenPrefixes, VirtualNetwork } from '../../../shared/gateway/model.ts';
import { publicIpIds } from '../../../shared/gateway/public-ip.ts';
import { radiusServersOf } from '../../../shared/nps/radius-servers.ts';
import type {
  NpsServers,
  Prices,
  PublicIpAddresses,
  Secrets,
  VirtualNetworks,
  VpnGateways,
} from '../../../shared/ports.ts';
import { possibleSecretNames } from '../../../shared/secret/names.ts';
import { type FoundSecret, secretProblem } from '../../../shared/secret/radius-secret.ts';

export interface PlanNeeds {
  readonly virtualNetworks: VirtualNetworks;
  readonly publicIps: PublicIpAddresses;
  readonly gateways: VpnGateways;
  readonly npsServers: NpsServers;
  readonly secrets: Secrets;
  readonly defaults: PlanDefaults;
  readonly prices: Prices;
  /** The subscriptions whose gateways must not share a client address pool, besides the VNet's own. */
  readonly subscriptionIds: readonly string[];
}

/** Reads Azure, the NPS hosts and Key Vault, writes nothing, and plans from what it found. */
export async function planFromFacts(
  needs: PlanNeeds,
  request: VpnGatewayRequest,
  poolsUnderWay: readonly TakenPrefixes[],
  rotates = false,
): Promise<Planned> {
  const virtualNetwork = await needs.virtualNetworks.read(request.virtualNetworkId);
  if (!virtualNetwork) {
    const missing = {
      code: 'VirtualNetworkNotFound',
      message: `There is no virtual network ${request.virtualNetworkId}, or the app's identity may not read it.`,
      target: 'virtualNetworkId',
    };
    return { problems: [missing], warnings: [] };
  }
  const facts = await readFacts(needs, request, virtualNetwork, poolsUnderWay);
  return planDeployment(request, { ...facts, rotates }, needs.defaults);
}

/** The plan with what its gateway will cost a month, for whoever decides on it. A gateway that exists costs nothing more. */
export async function priced(prices: Prices, plan: Plan): Promise<Plan> {
  if (!plan.steps.some(({ name, action }) => name === 'gateway' && action === 'create')) return plan;
  const cost = await prices.gatewayMonth(plan.location, plan.sku);
  return cost === undefined ? plan : { ...plan, estimatedMonthlyCost: cost };
}

async function readFacts(
  needs: PlanNeeds,
  request: VpnGatewayRequest,
  virtualNetwork: VirtualNetwork,
  poolsUnderWay: readonly TakenPrefixes[],
): Promise<Facts> {
  const subscriptions = new Set(
    [...needs.subscriptionIds, parseResourceId(virtualNetwork.id)!.subscriptionId].map((id) =>
      id.toLowerCase(),
    ),
  );
  // First, because Resource Graph answers few queries at a time: a refusal should not have cost all the other reads.
  const pools = await needs.gateways.addressPools([...subscriptions]);
  const subnet = existingGatewaySubnet(virtualNetwork);
  const inSubnet = await Promise.all((subnet?.gatewayIds ?? []).map((id) => needs.gateways.read(id)));
  const gateway =
    gatewayOfSubnet(inSubnet.filter((found) => found !== undefined)) ??
    (await needs.gateways.read(gatewayIdOf(request, virtualNetwork)));
  const inPlace = gatewayInPlace(request, virtualNetwork, gateway);
  const gatewayId = gatewayIdOf(request, virtualNetwork, inPlace);
  const servers = radiusServersOf(request, needs.defaults.radiusServers);
  const [routeTable, onPremises, npsHosts, secrets, publicIps] = await Promise.all([
    subnet?.routeTableId ? needs.virtualNetworks.readRouteTable(subnet.routeTableId) : undefined,
    needs.virtualNetworks.onPremisesPrefixes(virtualNetwork.id),
    Promise.all(servers.map(({ host }) => needs.npsServers.readHost(host))),
    Promise.all(
      possibleSecretNames(gatewayId, request.radius.secretName, servers).map((name) =>
        foundSecret(needs.secrets, name),
      ),
    ),
    Promise.all(
      publicIpIds(gatewayId, activeActiveOf(request, inPlace), inPlace).map((id) => needs.publicIps.read(id)),
    ),
  ]);
  return {
    virtualNetwork,
    onPremises,
    takenPools: [...pools, ...poolsUnderWay.filter((claim) => !isKnown(claim, pools))].filter(
      ({ by }) => !sameId(by, gatewayId),
    ),
    npsHosts,
    publicIps: publicIps.filter((found) => found !== undefined),
    ...(gateway && { gateway }),
    ...(routeTable && { routeTable }),
    secrets: secrets.filter((found) => found !== undefined),
  };
}

/** What is known of a Key Vault secret of that name; its value stays here. */
async function foundSecret(secrets: Secrets, name: string): Promise<FoundSecret | undefined> {
  const secret = await secrets.read(name, undefined, { evenExpired: true });
  if (!secret) return undefined;
  const { value, version, expiredAt, gatewayId, host } = secret;
  const problem = secretProblem(value);
  return {
    name,
    version,
    ...(problem && { problem }),
    ...(expiredAt && { expiredAt }),
    ...(gatewayId && { gatewayId }),
    ...(host && { host }),
  };
}

/** A claimed pool is told once, also when Azure knows it already. */
const isKnown = (claim: TakenPrefixes, pools: readonly TakenPrefixes[]) =>
  pools.some(
    ({ by, prefixes }) => sameId(by, claim.by) && claim.prefixes.every((prefix) => prefixes.includes(prefix)),
  );
