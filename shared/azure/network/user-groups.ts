import type {
  VirtualNetworkGateway,
  VirtualNetworkGatewayPolicyGroup,
  VngClientConnectionConfiguration,
  VpnClientConfiguration,
} from '@azure/arm-network';
import { nameOf, sameId } from '../../core/resource-id.ts';
import type { GroupMember, UserGroup } from '../../gateway/model.ts';

type Held = Pick<VirtualNetworkGateway, 'virtualNetworkGatewayPolicyGroups' | 'vpnClientConfiguration'>;

/** The policy groups of a gateway, each with the pools of the client connection configurations that name it. */
export function flattenGroups({
  virtualNetworkGatewayPolicyGroups: groups = [],
  vpnClientConfiguration: client,
}: Held): UserGroup[] {
  const configurations = client?.vngClientConnectionConfigurations ?? [];
  return groups.map(({ name = '', isDefault = false, priority = 0, policyMembers = [] }) => ({
    name,
    isDefault,
    priority,
    members: policyMembers.map((member) => ({
      name: member.name ?? '',
      type: member.attributeType ?? '',
      value: member.attributeValue ?? '',
    })),
    addressPool: configurations.filter((one) => names(one, name)).flatMap(poolOf),
  }));
}

/** Policy groups or client connection configurations as Resource Graph returns them. */
type GroupRows<T> =
  | readonly { readonly name?: string; readonly properties?: Omit<T, 'name'> }[]
  | null
  | undefined;

export type PolicyGroupRows = GroupRows<VirtualNetworkGatewayPolicyGroup>;
export type ConfigurationRows = GroupRows<VngClientConnectionConfiguration>;

export function groupsInRow(groups: PolicyGroupRows, configurations: ConfigurationRows): UserGroup[] {
  return flattenGroups({
    virtualNetworkGatewayPolicyGroups: (groups ?? []).map(({ name = '', properties }) => ({
      ...properties,
      name,
    })),
    vpnClientConfiguration: {
      vngClientConnectionConfigurations: (configurations ?? []).map(({ properties }) => ({ ...properties })),
    },
  });
}

const names = ({ virtualNetworkGatewayPolicyGroups = [] }: VngClientConnectionConfiguration, group: string) =>
  virtualNetworkGatewayPolicyGroups.some(({ id }) => id && sameId(nameOf(id), group));

const poolOf = ({ vpnClientAddressPool }: VngClientConnectionConfiguration): string[] =>
  vpnClientAddressPool?.addressPrefixes ?? [];

/**
 * The wished groups, merged with those that exist. `provisioningState`, `etag` and a group's list of
 * configurations belong to the service, and the SDK does not send them. Groups with one pool share one client
 * connection configuration. A configuration that names no group, which others may have made, stays, and takes the
 * groups that get its pool.
 */
export function expandGroups(
  current: Held,
  gatewayId: string,
  wish: readonly UserGroup[],
): {
  readonly virtualNetworkGatewayPolicyGroups: VirtualNetworkGatewayPolicyGroup[];
  readonly vngClientConnectionConfigurations: VngClientConnectionConfiguration[];
} {
  const held = current.virtualNetworkGatewayPolicyGroups ?? [];
  return {
    virtualNetworkGatewayPolicyGroups: wish.map((group) =>
      policyGroup(
        held.find(({ name }) => name && sameId(name, group.name)),
        gatewayId,
        group,
      ),
    ),
    vngClientConnectionConfigurations: configurations(current.vpnClientConfiguration, gatewayId, wish),
  };
}

function policyGroup(
  held: VirtualNetworkGatewayPolicyGroup | undefined,
  gatewayId: string,
  { name, isDefault, priority, members }: UserGroup,
): VirtualNetworkGatewayPolicyGroup {
  const current = held?.policyMembers ?? [];
  return {
    id: groupId(gatewayId, name),
    ...held,
    name: held?.name ?? name,
    isDefault,
    priority,
    policyMembers: members.map(
      (member) => current.find((one) => isSameMember(one, member)) ?? expanded(member),
    ),
  };
}

const isSameMember = (
  { attributeType, attributeValue }: ReturnType<typeof expanded>,
  { type, value }: GroupMember,
) => sameId(attributeType ?? '', type) && sameId(attributeValue ?? '', value);

const expanded = ({
  name,
  type,
  value,
}: GroupMember): NonNullable<VirtualNetworkGatewayPolicyGroup['policyMembers']>[number] => ({
  name,
  attributeType: type,
  attributeValue: value,
});

/**
 * One configuration for each pool. It is the one that has the pool already; if there is none, the one that
 * belongs to the same groups alone, which then gets the new pool; if there is none either, a new one.
 */
function configurations(
  client: VpnClientConfiguration | undefined,
  gatewayId: string,
  wish: readonly UserGroup[],
): VngClientConnectionConfiguration[] {
  const current = client?.vngClientConnectionConfigurations ?? [];
  const pools = new Map<string, UserGroup[]>();
  for (const group of wish) {
    if (group.addressPool.length === 0) continue;
    const key = prefixesKey(group.addressPool);
    pools.set(key, [...(pools.get(key) ?? []), group]);
  }
  const ownerless = current.filter(
    (one) => !one.virtualNetworkGatewayPolicyGroups?.length && !pools.has(prefixesKey(poolOf(one))),
  );
  const taken = new Set(current.map(({ name = '' }) => name.toLowerCase()));
  const made = [...pools].map(([key, groups]): VngClientConnectionConfiguration => {
    const ofGroups = current.find(
      (one) =>
        one.virtualNetworkGatewayPolicyGroups?.length === groups.length &&
        groups.every(({ name }) => names(one, name)) &&
        !pools.has(prefixesKey(poolOf(one))),
    );
    const its = current.find((one) => prefixesKey(poolOf(one)) === key) ?? ofGroups;
    const references = its?.virtualNetworkGatewayPolicyGroups ?? [];
    return {
      ...its,
      name: its?.name ?? freeName(groups[0]!.name, taken),
      vpnClientAddressPool:
        its && prefixesKey(poolOf(its)) === key
          ? its.vpnClientAddressPool!
          : { ...its?.vpnClientAddressPool, addressPrefixes: [...groups[0]!.addressPool] },
      virtualNetworkGatewayPolicyGroups: groups.map(
        ({ name }) =>
          references.find(({ id }) => id && sameId(nameOf(id), name)) ?? { id: groupId(gatewayId, name) },
      ),
    };
  });
  return [...made, ...ownerless];
}

const groupId = (gatewayId: string, name: string) => `${gatewayId}/virtualNetworkGatewayPolicyGroups/${name}`;

const prefixesKey = (prefixes: readonly string[]) => [...prefixes].sort().join(' ');

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}-${number}`;
  taken.add(name.toLowerCase());
  return name;
}
