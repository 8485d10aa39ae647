import type { TakenPrefixes } from '../../gateway/model.ts';
import type { Azure } from '../wire/connection.ts';
import { bodyIn } from '../wire/resource-manager.ts';

/** Sorted, because a skip token keeps its place only in a stable order. */
const query = `resources
| where type =~ 'microsoft.network/virtualnetworkgateways'
| extend pool = properties.vpnClientConfiguration.vpnClientAddressPool.addressPrefixes
| extend ofGroups = properties.vpnClientConfiguration.vngClientConnectionConfigurations
| where array_length(pool) > 0 or array_length(ofGroups) > 0
| project id, pool, ofGroups
| order by id asc`;

/** The client address pools of all gateways in the subscriptions, by one Resource Graph query of 1,000 rows a page. */
export async function gatewayAddressPools(
  azure: Azure,
  subscriptionIds: readonly string[],
): Promise<TakenPrefixes[]> {
  // Without a subscription the query would cover everything that the identity can read.
  if (subscriptionIds.length === 0) return [];
  const pools: TakenPrefixes[] = [];
  let skipToken: string | undefined;
  do {
    const answer = await azure.arm({
      method: 'POST',
      url: '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01',
      body: {
        subscriptions: subscriptionIds,
        query,
        options: { resultFormat: 'objectArray', ...(skipToken ? { $skipToken: skipToken } : {}) },
      },
    });
    const page = bodyIn<Page>(answer);
    pools.push(
      ...(page.data ?? []).map(({ id, pool, ofGroups }) => ({
        by: id,
        prefixes: [...(pool ?? []), ...groupPools(ofGroups)],
      })),
    );
    skipToken = page.$skipToken;
  } while (skipToken);
  return pools;
}

/** `vngClientConnectionConfigurations` as Resource Manager returns it: the pools of user groups. */
export type GroupConfigurations =
  | readonly {
      readonly properties?: {
        readonly vpnClientAddressPool?: { readonly addressPrefixes?: readonly string[] };
      };
    }[]
  | null
  | undefined;

export const groupPools = (configurations: GroupConfigurations): string[] =>
  (configurations ?? []).flatMap(({ properties }) => properties?.vpnClientAddressPool?.addressPrefixes ?? []);

interface Page {
  readonly data?: readonly {
    readonly id: string;
    readonly pool: readonly string[] | null;
    readonly ofGroups: GroupConfigurations;
  }[];
  readonly $skipToken?: string;
}
