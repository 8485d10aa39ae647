import { isOverEverything } from '../../../shared/compliance/merge.ts';
import type { Scope } from '../../../shared/compliance/report/report.ts';
import { type Failure, failed, failureOf, VpnRadiusError } from '../../../shared/core/errors.ts';
import { subscriptionOf } from '../../../shared/core/resource-id.ts';
import { isVpn } from '../../../shared/gateway/gateway.ts';
import { virtualNetworkIdOf } from '../../../shared/gateway/gateway-subnet.ts';
import type {
  Connection,
  DiscoveredPage,
  SubscriptionNetworks,
  VpnGateway,
} from '../../../shared/gateway/model.ts';
import type { Documents, Fleet, Rows, VirtualNetworks, VpnGateways } from '../../../shared/ports.ts';
import { deployedGateways } from '../../records/deployed.ts';
import { runFolder } from './run-folder.ts';

/** Gateways are worked on in parts. So one step stays short, also when a subscription has many gateways. */
const largestPart = 250;

export interface Part {
  readonly name: string;
  readonly subscriptionId: string;
  readonly gateways: number;
}

/** What Resource Graph says of the surroundings of a page of gateways. */
export type Around = Pick<DiscoveredPage, 'onPremises' | 'connections'>;

/** What is kept of a subscription: what it has, or why it could not be read. */
export type NetworksRead = SubscriptionNetworks | { readonly problem: Failure };

/**
 * The subscriptions that a run is about: those that were asked for; without any, those of the settings and of the app's
 * own deployments.
 */
export const resolveSubscriptions =
  (subscriptionIds: readonly string[], rows: Rows) =>
  async ({ scope }: { readonly scope: Scope }): Promise<readonly string[]> => {
    const asked = [...scope.subscriptionIds, ...scope.gatewayIds.map(subscriptionOf)];
    const ids = isOverEverything(scope)
      ? [...subscriptionIds, ...[...(await deployedGateways(rows)).keys()].map(subscriptionOf)]
      : asked;
    if (ids.length === 0) {
      throw failed(
        'ComplianceScopeEmpty',
        'There is no subscription to check. Set SUBSCRIPTION_IDS, or name a scope.',
        'SUBSCRIPTION_IDS',
      );
    }
    return [...new Set(ids.map((id) => id.toLowerCase()))].sort();
  };

export interface DiscoveryOrder {
  readonly runId: string;
  readonly scope: Scope;
  readonly page: number;
  readonly skipToken: string | undefined;
}

export interface Discovered {
  readonly parts: readonly Part[];
  readonly skipToken?: string | undefined;
  readonly waitSeconds: number;
}

/**
 * Reads one page of Resource Graph and keeps it in parts of one subscription each. Gateways that are named are read
 * from Resource Manager, because Resource Graph lags behind.
 */
export const discoverGateways =
  (fleet: Fleet, gateways: VpnGateways, virtualNetworks: VirtualNetworks, store: Documents) =>
  async ({ runId, scope, page, skipToken }: DiscoveryOrder): Promise<Discovered> => {
    const folder = runFolder(store, runId);
    const { gatewayIds, subscriptionIds } = scope;
    const readsNamed = gatewayIds.length > 0 && page === 0;
    const found: DiscoveredPage =
      subscriptionIds.length > 0
        ? await fleet.discover(subscriptionIds, skipToken)
        : { gateways: [], onPremises: [], connections: [], waitSeconds: 0 };
    const read = readsNamed ? await readNamed(gateways, virtualNetworks, gatewayIds) : undefined;
    const parts: Part[] = [];
    for (const [subscriptionId, its] of gatewaysBySubscription([
      ...found.gateways,
      ...(read?.gateways ?? []),
    ])) {
      for (let from = 0; from < its.length; from += largestPart) {
        const name = `gateways/${page}-${parts.length}`;
        const part = its.slice(from, from + largestPart);
        await folder.write(name, part);
        parts.push({ name, subscriptionId, gateways: part.length });
      }
    }
    await folder.write(`around/${page}`, {
      onPremises: [...found.onPremises, ...(read?.onPremises ?? [])],
      connections: [...found.connections, ...(read?.connections ?? [])],
    } satisfies Around);
    return { parts, skipToken: found.skipToken, waitSeconds: found.waitSeconds };
  };

async function readNamed(gateways: VpnGateways, virtualNetworks: VirtualNetworks, ids: readonly string[]) {
  const found: VpnGateway[] = [];
  for (const id of ids) {
    const gateway = await gateways.read(id);
    if (gateway && isVpn(gateway)) found.push(gateway);
  }
  const networks = new Set(found.map(({ subnetId }) => virtualNetworkIdOf(subnetId)));
  const beside = await Promise.all([...networks].map((id) => virtualNetworks.onPremisesPrefixes(id)));
  const connected = await Promise.all(found.map(({ id }) => gateways.connectedNetworks(id)));
  const connections = found.flatMap(({ id }, index) =>
    connected[index]!.map(({ by }): Connection => ({ gatewayIds: [id], siteId: by })),
  );
  const known = [...connected.flat().map(({ by, prefixes }) => ({ by, prefixes })), ...beside.flat()];
  const distinct = new Map(known.map((one) => [one.by.toLowerCase(), one]));
  return { gateways: found, onPremises: [...distinct.values()], connections };
}

function gatewaysBySubscription(gateways: readonly VpnGateway[]): Map<string, VpnGateway[]> {
  const groups = new Map<string, VpnGateway[]>();
  for (const gateway of gateways) {
    const key = subscriptionOf(gateway.id);
    const group = groups.get(key);
    if (group) group.push(gateway);
    else groups.set(key, [gateway]);
  }
  return groups;
}

export interface SubscriptionOrder {
  readonly runId: string;
  readonly subscriptionId: string;
}

/**
 * Keeps what a subscription has around its gateways. A refusal is an answer too: it says that nothing in the
 * subscription can be checked.
 */
export const readNetworks =
  (fleet: Fleet, store: Documents) =>
  async ({ runId, subscriptionId }: SubscriptionOrder): Promise<void> => {
    let read: NetworksRead;
    try {
      read = await fleet.networks(subscriptionId);
    } catch (error) {
      read = { problem: finalFailure(error) };
    }
    await runFolder(store, runId).write(networksOf(subscriptionId), read);
  };

/** The failure of an error that stays. An error that passes is thrown on, so that the step is tried again. */
export function finalFailure(error: unknown): Failure {
  if (error instanceof VpnRadiusError && error.failure.transient) throw error;
  return failureOf(error);
}

/** Like `readNetworks`, for a subscription whose attempts are used up. */
export const giveUpNetworks =
  (store: Documents) =>
  async ({
    runId,
    subscriptionId,
    problem,
  }: SubscriptionOrder & { readonly problem: Failure }): Promise<void> =>
    runFolder(store, runId).write(networksOf(subscriptionId), { problem });

export const networksOf = (subscriptionId: string) => `networks/${subscriptionId.toLowerCase()}`;
