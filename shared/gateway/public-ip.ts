import { type Finding, problem, warning } from '../core/finding.ts';
import { besides, nameOf, sameId } from '../core/resource-id.ts';
import type { PublicIpAddress, VpnGateway } from './model.ts';

/**
 * Where the region has zones, gateways of AZ SKUs refuse addresses without zones
 * (`VmssVpnGatewayPublicIpsMustHaveZonesConfigured`). Regions without zones refuse addresses with zones. So ask for all
 * zones first, and again without zones when `refusesZones` says so.
 */
const allZones: readonly string[] = ['1', '2', '3'];

/** Whether this error of a public IP address says that its region has no zones. Gateways there are regional. */
export function refusesZones(errorCode: string): boolean {
  return errorCode.toLowerCase() === 'locationnotsupportavailabilityzones';
}

/**
 * The zones of an address that a gateway gets in addition to those that it has. They must be the same, or Azure refuses
 * them (`ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones`). A new gateway gets all zones.
 */
export function zonesFor(addresses: readonly PublicIpAddress[], gateway?: VpnGateway): readonly string[] {
  return heldBy(gateway, addresses)[0]?.zones ?? allZones;
}

const heldBy = (gateway: VpnGateway | undefined, addresses: readonly PublicIpAddress[]) =>
  addresses.filter(({ id }) => gateway?.publicIpIds.some((held) => sameId(held, id)));

const areSame = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((zone) => other.includes(zone));

/**
 * The public IP addresses of a gateway: those that it has, and `<gateway>-pip`, `-pip-2`, `-pip-3` for those that it
 * still needs. An active-standby gateway has one. An active-active gateway has three, the third for point-to-site
 * ("active-active gateway with point-to-site"). A gateway that becomes active-standby keeps its first one.
 */
export function publicIpIds(gatewayId: string, activeActive: boolean, existing?: VpnGateway): string[] {
  const held = existing?.publicIpIds ?? [];
  const ids = existing?.activeActive && !activeActive ? held.slice(0, 1) : [...held];
  const name = nameOf(gatewayId).slice(0, 74);
  for (const suffix of ['', '-2', '-3']) {
    if (ids.length >= (activeActive ? 3 : 1)) break;
    const id = besides(gatewayId, 'publicIPAddresses', `${name}-pip${suffix}`);
    if (!ids.some((other) => sameId(other, id))) ids.push(id);
  }
  return ids;
}

/**
 * What is wrong with existing addresses of these names. `existing`: the gateway, when it exists and holds some of them.
 */
export function* publicIpFindings(
  addresses: readonly PublicIpAddress[],
  gatewayId: string,
  existing?: VpnGateway,
): Generator<Finding> {
  const held = heldBy(existing, addresses);
  const first = held.find(({ sku }) => sameId(sku, 'Standard'));
  for (const address of held) yield* heldFindings(address, first ?? address);
  for (const address of addresses)
    if (!held.includes(address)) yield* freeFindings(address, gatewayId, first);
}

const target = 'gateway.name';

function* heldFindings({ id, sku, zones }: PublicIpAddress, first: PublicIpAddress): Generator<Finding> {
  if (!sameId(sku, 'Standard')) {
    yield warning(
      'PublicIpBasic',
      `The public IP address ${nameOf(id)} of the gateway has the retired SKU ${sku}. Migrate it to Standard.`,
      target,
      `${nameOf(id)} has the SKU ${sku}.`,
    );
  }
  // Basic addresses have no zones.
  else if (!areSame(zones, first.zones)) {
    yield warning(
      'PublicIpZonesDiffer',
      `The public IP addresses of the gateway differ in zones: ${nameOf(first.id)} has ${zonesIn(first.zones)}, ${nameOf(id)} has ${zonesIn(zones)}. Azure may refuse a change of its addresses.`,
      target,
    );
  }
}

/** `beside`: the first of the addresses that the gateway has. */
function* freeFindings(
  { id, sku, allocationMethod, usedBy, zones }: PublicIpAddress,
  gatewayId: string,
  beside: PublicIpAddress | undefined,
): Generator<Finding> {
  const name = nameOf(id);
  if (usedBy && !usedBy.toLowerCase().startsWith(`${gatewayId.toLowerCase()}/`)) {
    yield problem(
      'PublicIpInUse',
      `The public IP address ${name} exists and ${usedBy} uses it. Free it, or choose another gateway.name.`,
      target,
    );
  }
  if (!sameId(sku, 'Standard') || !sameId(allocationMethod, 'Static')) {
    yield problem(
      'PublicIpNotStandardStatic',
      `The public IP address ${name} exists as ${sku}, ${allocationMethod}. A gateway needs Standard, Static. Delete it, or choose another gateway.name.`,
      target,
    );
  } else if (beside) {
    if (areSame(zones, beside.zones)) return;
    yield problem(
      'PublicIpZonesDiffer',
      `The public IP address ${name} exists with ${zonesIn(zones)}, and ${nameOf(beside.id)} of the gateway has ${zonesIn(beside.zones)}. Azure refuses both in one gateway. Delete ${name}: the deployment then creates it with the same zones as the other one.`,
      target,
    );
  } else if (zones.length === 0) {
    yield warning(
      'PublicIpWithoutZones',
      `The public IP address ${name} exists without zones. If the region has zones, Azure refuses this address for an AZ SKU.`,
      target,
    );
  } else if (zones.length === 1) {
    yield warning(
      'PublicIpZonal',
      `The public IP address ${name} is only in zone ${zones[0]}, so the gateway will be only in this zone too.`,
      target,
    );
  }
}

const zonesIn = (zones: readonly string[]) =>
  zones.length > 0 ? `the zones ${zones.join(', ')}` : 'no zones';
