import { type Finding, problem } from '../../core/finding.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { authenticationTypes } from '../../gateway/authentication-types.ts';
import type { UserGroup } from '../../gateway/model.ts';
import type { Removal } from '../contract.ts';
import { type RemovalFacts, recordedAs } from './facts.ts';
import { gatewayFate } from './gateway-fate.ts';

/** Why something may not be removed: it does not belong to the app, or others use it. */
export function* removalFindings(facts: RemovalFacts, removal: Removal): Generator<Finding> {
  const { gatewayId, gateway, recorded } = facts;
  const target = 'virtualNetworkGatewayId';
  if (recorded.length === 0)
    yield problem(
      'NothingRecorded',
      `No record says that this app has made anything for ${nameOf(gatewayId)} that still exists, so nothing is removed. Others must remove what they made.`,
      target,
    );
  if (removal.isGone && gateway)
    yield problem(
      'GatewayThereAgain',
      `${nameOf(gatewayId)} exists again, so what it uses on NPS and in Key Vault stays. If the gateway is to be removed, send a removal of the gateway itself.`,
      target,
    );
  if (!gateway || recorded.length === 0) return;
  const fate = gatewayFate(facts, removal);
  if (removal.onlyRadius) {
    yield* radiusUses(facts);
    return;
  }
  if (fate === 'keep' && gateway.pointToSite)
    yield problem(
      'PointToSiteNotRecorded',
      `${gateway.name} had point-to-site before this app configured it, so the app does not remove it. What it uses on NPS and in Key Vault stays too. Remove point-to-site from the gateway by hand, then send the removal again.`,
      target,
    );
  if (fate === 'delete') yield* gatewayUses(facts);
  if (fate === 'delete' || fate === 'withoutPointToSite') yield* pointToSiteUses(facts);
}

/** Found separately, because they do not depend on the fate of the gateway. */
export function* sharedUses({ gatewayId, recorded, secrets, others }: RemovalFacts): Generator<Finding> {
  const target = 'virtualNetworkGatewayId';
  for (const { name, versions } of secrets) {
    const users = [
      ...others
        .filter(({ secretNames }) => secretNames.some((one) => sameId(one, name)))
        .map((one) => one.gatewayId),
      ...versions.flatMap((version) => version.gatewayId ?? []),
    ].filter((id) => !sameId(id, gatewayId));
    if (users.length === 0) continue;
    const [use, them] =
      new Set(users.map(nameOf)).size > 1 ? ['use', 'those gateways'] : ['uses', 'that gateway'];
    yield problem(
      'SecretInUse',
      `${namesInWords(users)} also ${use} the Key Vault secret ${name}. First give ${them} another secret with a rotation.`,
      target,
    );
  }
  // NPS knows a gateway only by its name.
  for (const { made } of recorded) {
    if (made.what !== 'radiusClient') continue;
    const users = others
      .filter((one) => sameId(nameOf(one.gatewayId), nameOf(gatewayId)))
      .filter(({ hosts }) => hosts.some((host) => sameId(host, made.host)))
      .map((one) => one.gatewayId);
    if (users.length === 0) continue;
    yield problem(
      'NpsClientInUse',
      `The RADIUS client ${made.id} on ${nameOf(made.host)} may belong to ${namesInWords(users)}, which has the same name. A person must decide to which of the two it belongs.`,
      target,
    );
  }
}

function* gatewayUses({ gateway, connected, virtualNetwork }: RemovalFacts): Generator<Finding> {
  const target = 'virtualNetworkGatewayId';
  for (const { connection, by } of connected)
    yield problem(
      'GatewayInUse',
      `The connection ${connection} connects ${gateway!.name} with ${nameOf(by)}. Delete it first, or write "keepGateway": true to remove only point-to-site.`,
      target,
    );
  for (const { name, remoteVirtualNetworkId, allowsGatewayTransit } of virtualNetwork?.peerings ?? []) {
    if (!allowsGatewayTransit) continue;
    yield problem(
      'GatewayTransitInUse',
      `The peering ${name} lets ${nameOf(remoteVirtualNetworkId)} use this gateway (gateway transit). Switch this off first, or write "keepGateway": true to remove only point-to-site.`,
      target,
    );
  }
}

function* pointToSiteUses(facts: RemovalFacts): Generator<Finding> {
  const target = 'virtualNetworkGatewayId';
  const { pointToSite, name } = facts.gateway!;
  const types = authenticationTypes(pointToSite).filter((type) => !sameId(type, 'Radius'));
  if (types.length > 0)
    yield problem(
      'OtherAuthenticationInUse',
      `Users of ${name} also sign in by ${types.join(' and ')}, which this app did not set up. Remove this from the gateway first.`,
      target,
    );
  const made = recordedAs(facts, 'userGroup').map((one) => nameOf(one.made.id));
  const isMade = (group: UserGroup) => made.some((one) => sameId(one, group.name));
  const { groups = [], groupPools = [] } = pointToSite ?? {};
  const own = groups.filter(isMade).flatMap(({ addressPool }) => addressPool);
  const others = [
    ...groups.filter((group) => !isMade(group)).map((group) => group.name),
    ...groupPools.filter((prefix) => !own.includes(prefix)),
  ];
  if (others.length > 0)
    yield problem(
      'UserGroupsInUse',
      `${name} has user groups with their own client address pools (${others.join(', ')}), which this app did not set up. Remove them from the gateway first.`,
      target,
    );
  yield* serversOfOthers(facts);
}

/** RADIUS may be removed only when everybody can sign in another way. */
function* radiusUses(facts: RemovalFacts): Generator<Finding> {
  const { pointToSite, name } = facts.gateway!;
  const target = 'virtualNetworkGatewayId';
  if (!authenticationTypes(pointToSite).some((type) => sameId(type, 'AAD')))
    yield problem(
      'EntraSignInMissing',
      `${name} no longer has Entra sign-in, so nobody could connect without RADIUS. Nothing is removed.`,
      target,
    );
  const groups = pointToSite?.groupPools ?? [];
  if (groups.length > 0)
    yield problem(
      'UserGroupsInUse',
      `${name} has user groups with their own client address pools (${groups.join(', ')}), which RADIUS may distinguish. First remove them from the gateway, or make them groups of Entra ID.`,
      target,
    );
  yield* serversOfOthers(facts);
}

function* serversOfOthers({ gateway, serverAddresses }: RemovalFacts): Generator<Finding> {
  const { pointToSite, name } = gateway!;
  const foreign = (pointToSite?.radiusServers ?? []).filter(
    ({ address }) => !serverAddresses.includes(address),
  );
  if (foreign.length > 0)
    yield problem(
      'RadiusServerOfOthers',
      `${name} asks the RADIUS ${foreign.length > 1 ? 'servers' : 'server'} ${foreign.map(({ address }) => address).join(' and ')}, which this app did not configure. Remove this from the gateway first.`,
      'virtualNetworkGatewayId',
    );
}

const namesInWords = (ids: readonly string[]) => [...new Set(ids.map(nameOf))].join(' and ');
