/**
 * User groups of point-to-site. The rules are those of "About user groups and IP address pools for P2S connections"
 * (point-to-site-user-groups-about, -create). No recording shows a refusal, or a write of both.
 * Assumed: VirtualNetworkGatewayPolicyGroupsDefaultInvalid, PolicyGroupNamesNotDistinct,
 * PolicyGroupDefaultCannotBeChanged, PolicyMemberAttributeValueInvalid, TooManyPolicyGroups,
 * VpnClientAddressPoolsOverlap, groups-in-one-write.
 */
import { key } from '../arm/identifiers.ts';
import { isCidr, overlaps, prefixesOf, prefixLength } from '../network/network-shapes.ts';
import { badRequest, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

const mostGroups = 90;
const mostMembers = 390;

const groupsOf = ({ properties }: Pick<Resource, 'properties'>) =>
  list(properties.virtualNetworkGatewayPolicyGroups);
const configurationsOf = ({ properties }: Pick<Resource, 'properties'>) =>
  list(object(properties.vpnClientConfiguration).vngClientConnectionConfigurations);
const nameOf = (child: JsonObject) => text(child.name) ?? '';
const membersOf = (group: JsonObject) => list(object(group.properties).policyMembers);
const referencesOf = (configuration: JsonObject) =>
  list(object(configuration.properties).virtualNetworkGatewayPolicyGroups).map(({ id }) =>
    String(id).split('/').at(-1)!.toLowerCase(),
  );
const poolOf = (configuration: JsonObject) =>
  prefixesOf(object(object(configuration.properties).vpnClientAddressPool));

export function checkUserGroups(gateway: Resource, previous: Resource | undefined): void {
  const groups = groupsOf(gateway);
  const known = groups.map((group) => nameOf(group).toLowerCase());
  for (const configuration of configurationsOf(gateway)) {
    const missing = referencesOf(configuration).find((name) => !known.includes(name));
    if (missing === undefined) continue;
    throw badRequest(
      'InvalidResourceReference',
      `Resource ${gateway.id}/virtualNetworkGatewayPolicyGroups/${missing} referenced by resource ${gateway.id}/vngClientConnectionConfigurations/${nameOf(configuration)} was not found.`,
    );
  }
  if (groups.length === 0) return;
  const defaults = groups.filter((group) => object(group.properties).isDefault === true);
  if (defaults.length !== 1)
    throw badRequest(
      'VirtualNetworkGatewayPolicyGroupsDefaultInvalid',
      `Gateway ${gateway.id} must have exactly one default policy group, and has ${defaults.length}.`,
    );
  if (new Set(known).size < known.length)
    throw badRequest(
      'PolicyGroupNamesNotDistinct',
      `Gateway ${gateway.id} has two policy groups of one name.`,
    );
  for (const group of groups) {
    const before = previous && groupsOf(previous).find((one) => key(nameOf(one)) === key(nameOf(group)));
    if (
      before &&
      (object(before.properties).isDefault === true) !== (object(group.properties).isDefault === true)
    )
      throw badRequest(
        'PolicyGroupDefaultCannotBeChanged',
        `The default setting of policy group ${nameOf(group)} of gateway ${gateway.id} cannot be changed.`,
      );
    const wrong = membersOf(group).find(
      ({ attributeType, attributeValue }) =>
        attributeType === 'RadiusAzureGroupId' && !/^6ad1bd[0-9a-f]{2}$/i.test(String(attributeValue)),
    );
    if (wrong)
      throw badRequest(
        'PolicyMemberAttributeValueInvalid',
        `The value ${wrong.attributeValue} of policy group ${nameOf(group)} must begin with 6ad1bd and have four octets.`,
      );
  }
  limits(gateway, groups);
  pools(gateway);
}

function limits(gateway: Resource, groups: readonly JsonObject[]): void {
  const members = groups.reduce((sum, group) => sum + membersOf(group).length, 0);
  if (groups.length > mostGroups || members > mostMembers)
    throw badRequest(
      'TooManyPolicyGroups',
      `Gateway ${gateway.id} has ${groups.length} policy groups with ${members} members; ${mostGroups} and ${mostMembers} are the most.`,
    );
}

/** In addition to the rules of the main pool: each is at least /24, and no two overlap. */
function pools(gateway: Resource): void {
  const main = prefixesOf(object(object(gateway.properties.vpnClientConfiguration).vpnClientAddressPool));
  const taken = [...main.filter(isCidr)];
  for (const configuration of configurationsOf(gateway)) {
    const its = poolOf(configuration).filter(isCidr);
    const small = its.find((prefix) => prefixLength(prefix) > 24);
    if (small)
      throw badRequest(
        'VpnClientAddressPoolTooSmall',
        `Address pool ${small} of ${nameOf(configuration)} of gateway ${gateway.id} must be /24 or larger.`,
      );
    if (its.length > 0 && overlaps(its, taken))
      throw badRequest(
        'VpnClientAddressPoolsOverlap',
        `Address pool ${its.join(', ')} of ${nameOf(configuration)} of gateway ${gateway.id} overlaps another pool of it.`,
      );
    taken.push(...its);
  }
}

/**
 * The group that the gateway puts a user into: the first by priority that has the value as a member, otherwise the
 * default group.
 */
export function groupFor(
  gateway: Pick<Resource, 'properties'>,
  value: string | undefined,
): { readonly name: string; readonly addressPool: readonly string[] } | undefined {
  const byPriority = groupsOf(gateway).toSorted(
    (one, other) => Number(object(one.properties).priority) - Number(object(other.properties).priority),
  );
  const has = (group: JsonObject) =>
    membersOf(group).some(
      ({ attributeType, attributeValue }) =>
        attributeType === 'RadiusAzureGroupId' && key(String(attributeValue)) === key(value ?? ''),
    );
  const group =
    (value !== undefined && byPriority.find(has)) ||
    byPriority.find((one) => object(one.properties).isDefault === true);
  if (!group) return undefined;
  const name = nameOf(group);
  const its = configurationsOf(gateway).filter((one) => referencesOf(one).includes(name.toLowerCase()));
  return { name, addressPool: its.flatMap(poolOf) };
}
