import { parseResourceId, sameId } from '../../../shared/core/resource-id.ts';
import type { Facts, Plan, PlanDefaults, Planned } from '../../../shared/deployment/contract.ts';
import { hasNewPrice, reasonsToAsk } from '../../../shared/deployment/guardrails/reasons-to-ask.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import type { VpnGatewayRequest } from '../../../shared/deployment/request.ts';
import { secretNamesOf, serversOf, wishFor } from '../../../shared/deployment/wished.ts';
import { gatewayIdOf, gatewayInPlace, gatewayOfSubnet } from '../../../shared/gateway/gateway.ts';
import { existingGatewaySubnet } from '../../../shared/gateway/gateway-subnet.ts';
import type {
  GatewayWish,
  TakenPrefixes,
  VirtualNetwork,
  VpnGateway,
} from '../../../shared/gateway/model.ts';
import type {
  NpsServers,
  Prices,
  PublicIpAddresses,
  Rows,
  Secrets,
  VirtualNetworks,
  VpnGateways,
} from '../../../shared/ports.ts';
import type { Secret } from '../../../shared/secret/model.ts';
import { type FoundSecret, secretProblem } from '../../../shared/secret/radius-secret.ts';

export interface PlanNeeds {
  readonly virtualNetworks: VirtualNetworks;
  readonly publicIps: PublicIpAddresses;
  readonly gateways: VpnGateways;
  readonly npsServers: NpsServers;
  readonly secrets: Secrets;
  /** Where the app remembers what was asked for when a gateway was last deployed. */
  readonly rows: Rows;
  readonly defaults: PlanDefaults;
  readonly prices: Prices;
  /**
   * The subscriptions whose gateways must not share a client address pool with the VNet. The subscription of the VNet
   * itself is always added.
   */
  readonly subscriptionIds: readonly string[];
}

/** What this app was asked for when it last deployed a gateway. */
export type AskedOf = (gatewayId: string) => Promise<VpnGatewayRequest | undefined>;

/** Reads Azure, the NPS hosts and Key Vault, writes nothing, and plans from what it found. */
export async function planFromFacts(
  needs: PlanNeeds,
  request: VpnGatewayRequest,
  poolsUnderWay: readonly TakenPrefixes[],
  isRotation = false,
  askedOf: AskedOf = async () => undefined,
  migrates?: Facts['migrates'],
): Promise<Planned & { readonly virtualNetwork?: VirtualNetwork }> {
  const virtualNetwork = await needs.virtualNetworks.read(request.virtualNetworkId);
  if (!virtualNetwork) {
    const missing = {
      code: 'VirtualNetworkNotFound',
      message: `There is no virtual network ${request.virtualNetworkId}, or the app's identity may not read it.`,
      target: 'virtualNetworkId',
    };
    return { problems: [missing], warnings: [], takesAway: [], usersNotice: [] };
  }
  const facts = await readFacts(needs, request, virtualNetwork, poolsUnderWay, askedOf, isRotation);
  return {
    ...makePlan(request, { ...facts, isRotation, ...(migrates && { migrates }) }, needs.defaults),
    virtualNetwork,
  };
}

/**
 * The plan with the reasons why somebody has to approve it, and then with what its gateway will cost a month. When the
 * guardrails limit the price, a gateway of unknown price needs an approval: so the price list is read when the price
 * decides.
 */
export async function weighed(
  { prices, defaults }: Pick<PlanNeeds, 'prices' | 'defaults'>,
  outline: Plan,
  { approval }: Pick<VpnGatewayRequest, 'approval'>,
): Promise<Plan> {
  const asksFor = (plan: Plan) => reasonsToAsk(defaults.guardrails, plan, approval.required);
  if (asksFor(outline).length === 0) return outline;
  const plan = await priced(prices, outline);
  return { ...plan, reasonsToAsk: asksFor(plan) };
}

/** The plan with what its gateway will cost a month. A gateway that exists and keeps its SKU costs nothing more. */
export async function priced(prices: Prices, plan: Plan): Promise<Plan> {
  if (plan.estimatedMonthlyCost !== undefined) return plan;
  if (!hasNewPrice(plan)) return plan;
  const cost = await prices.gatewayMonth(plan.location, plan.sku);
  return cost === undefined ? plan : { ...plan, estimatedMonthlyCost: cost };
}

async function readFacts(
  needs: PlanNeeds,
  request: VpnGatewayRequest,
  virtualNetwork: VirtualNetwork,
  poolsUnderWay: readonly TakenPrefixes[],
  askedOf: AskedOf,
  isRotation: boolean,
): Promise<Facts> {
  const subscriptions = new Set(
    [...needs.subscriptionIds, parseResourceId(virtualNetwork.id)!.subscriptionId].map((id) =>
      id.toLowerCase(),
    ),
  );
  // This comes first, because Resource Graph answers few queries at a time: when it refuses, the other reads are saved.
  const pools = await needs.gateways.addressPools([...subscriptions]);
  const subnet = existingGatewaySubnet(virtualNetwork);
  const inSubnet = await Promise.all((subnet?.gatewayIds ?? []).map((id) => needs.gateways.read(id)));
  const gateway =
    gatewayOfSubnet(inSubnet.filter((found) => found !== undefined)) ??
    (await needs.gateways.read(gatewayIdOf(request, virtualNetwork)));
  const inPlace = gatewayInPlace(request, virtualNetwork, gateway);
  const gatewayId = gatewayIdOf(request, virtualNetwork, inPlace);
  const asked = inPlace && (await askedOf(gatewayId));
  const wish = wishFor(request, virtualNetwork, inPlace, needs.defaults);
  const { servers } = serversOf(wish, request, asked, needs.defaults);
  const secretName = secretNamesOf(request, asked, { gatewayId, gateway: inPlace }, servers, isRotation);
  const [connected, managedBy, routeTable, beside, npsHosts, inVault, publicIps] = await Promise.all([
    inPlace ? needs.gateways.connectedNetworks(inPlace.id) : [],
    needs.virtualNetworks.managerOf(virtualNetwork.id),
    subnet?.routeTableId ? needs.virtualNetworks.readRouteTable(subnet.routeTableId) : undefined,
    needs.virtualNetworks.onPremisesPrefixes(virtualNetwork.id),
    Promise.all(servers.map(({ host }) => needs.npsServers.readHost(host))),
    readSecrets(needs.secrets, secretName.possible),
    Promise.all(wish.publicIpIds.map((id) => needs.publicIps.read(id))),
  ]);
  const names = secretName.chosen((name) => inVault.get(name));
  const secretOf = (address: string) => {
    const index = servers.findIndex((server) => server.address === address);
    return inVault.get(names[index] ?? '')?.value;
  };
  return {
    virtualNetwork,
    onPremises: [...connected, ...beside.filter(({ by }) => !connected.some((one) => sameId(one.by, by)))],
    connected,
    ...(managedBy && { managedBy }),
    takenPools: [...pools, ...poolsUnderWay.filter((claim) => !isKnown(claim, pools))].filter(
      ({ by }) => !sameId(by, gatewayId),
    ),
    npsHosts,
    publicIps: publicIps.filter((found) => found !== undefined),
    ...(gateway && { gateway }),
    ...(asked && { asked }),
    ...(inPlace && { replacedSecrets: await replacedSecrets(needs, inPlace, wish, secretOf) }),
    ...(routeTable && { routeTable }),
    secrets: [...inVault].map(([name, secret]) => foundSecret(name, secret)),
  };
}

/** The Key Vault secrets of those names that exist, by name. */
async function readSecrets(secrets: Secrets, names: readonly string[]): Promise<ReadonlyMap<string, Secret>> {
  const found = await Promise.all(
    names.map(async (name) => [name, await secrets.read(name, undefined, { mayBeExpired: true })] as const),
  );
  return new Map(found.flatMap(([name, secret]) => (secret ? [[name, secret] as const] : [])));
}

/** What planning may know of a secret. The value itself stays here. */
function foundSecret(name: string, { value, version, expiredAt, gatewayId, host }: Secret): FoundSecret {
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

/** For which of the servers that stay the gateway holds another secret than the one that it will get. */
async function replacedSecrets(
  { gateways }: PlanNeeds,
  { id, pointToSite }: VpnGateway,
  wish: GatewayWish,
  secretOf: (address: string) => string | undefined,
): Promise<string[]> {
  if (!pointToSite || pointToSite.radiusServers.length === 0) return [];
  const staying = wish.pointToSite.radiusServers.map(({ address }) => address);
  return (await gateways.radiusSecrets(id))
    .filter((held) => staying.includes(held.address) && held.secret !== secretOf(held.address))
    .map(({ address }) => address);
}

/** A claimed pool is told once, also when Azure knows it already. */
const isKnown = (claim: TakenPrefixes, pools: readonly TakenPrefixes[]) =>
  pools.some(
    ({ by, prefixes }) => sameId(by, claim.by) && claim.prefixes.every((prefix) => prefixes.includes(prefix)),
  );
