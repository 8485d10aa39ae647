import { key } from '../arm/identifiers.ts';
import type { Core } from '../core.ts';
import { type AzureError, badRequest, type JsonObject, list, object, text } from '../wire/messages.ts';
import { childOf, type Resource } from '../world.ts';
import { contains, isCidr, overlaps, prefixesOf, prefixLength } from './network-shapes.ts';

export const addressSpaceOf = (network: Resource): string[] =>
  prefixesOf(object(network.properties.addressSpace));

/** Refuses a GatewaySubnet with settings that make a gateway impossible, such as a default route. */
function checkGatewaySubnet(core: Core, subnet: JsonObject): void {
  if (key(text(subnet.name) ?? '') !== 'gatewaysubnet') return;
  const properties = object(subnet.properties);
  noSecurityGroup(properties);
  const table = text(object(properties.routeTable).id);
  if (table && hasDefaultRoute(core, table) && usersOf(core, subnet).length > 0) {
    throw defaultRouteRefused(table);
  }
}

/** https://github.com/Azure-Terraform/terraform-azurerm-virtual-network/issues/18 */
export function noSecurityGroup(properties: JsonObject): void {
  const group = text(object(properties.networkSecurityGroup).id);
  if (!group) return;
  throw badRequest(
    'NetworkSecurityGroupCannotBeAttachedToGatewaySubnet',
    `The operation failed because the network security group ${group.split('/').at(-1)} can not be associated to the GatewaySubnet. Please remove the network security group associated to the GatewaySubnet. No changes have occurred on the gateway at this time. See here for additional details: https://aka.ms/GatewaySubnet.`,
  );
}

export function hasDefaultRoute(core: Core, routeTableId: string): boolean {
  const routes = list(core.world.resources.get(routeTableId)?.properties.routes);
  return routes.some((route) => object(route.properties).addressPrefix === '0.0.0.0/0');
}

/** Documented as blocked (vpn-gateway-gwudr-warning). The code is assumed: GatewaySubnetRouteTableCannotHaveDefaultRoute. */
export const defaultRouteRefused = (routeTableId: string): AzureError =>
  badRequest(
    'GatewaySubnetRouteTableCannotHaveDefaultRoute',
    `The route table ${routeTableId} with a route for 0.0.0.0/0 can not be associated to the GatewaySubnet of a virtual network gateway.`,
  );

/**
 * An IPv4 subnet is /29 or larger, an IPv6 subnet is exactly /64
 * (https://github.com/MicrosoftDocs/azure-docs/issues/35668, 43060). That the code for IPv6 is the same as for IPv4
 * is assumed: NetcfgInvalidSubnet.
 */
const hasBadLength = (prefix: string): boolean =>
  prefix.includes(':') ? prefixLength(prefix) !== 64 : prefixLength(prefix) > 29;

/**
 * The ip configurations in a subnet: of resources in this world, and of others that an exported network names
 * (`occupants`), such as those of a Route Server.
 */
export function usersOf(core: Core, subnet: JsonObject): string[] {
  const known = core.world.resources.usersOf(text(subnet.id) ?? '');
  const keys = new Set(known.map(key));
  const told = list(object(subnet.properties).occupants).flatMap(({ id }) => text(id) ?? []);
  return [...known, ...told.filter((id) => !keys.has(key(id)))];
}

/** Every subnet is inside the address space, and no two overlap. */
export function checkSubnets(core: Core, network: Resource): void {
  const space = addressSpaceOf(network);
  const placed: { name: string; prefixes: string[] }[] = [];
  for (const subnet of list(network.properties.subnets)) {
    const name = text(subnet.name) ?? '';
    const prefixes = prefixesOf(object(subnet.properties));
    const wrong = prefixes.find((prefix) => !isCidr(prefix));
    if (prefixes.length === 0 || wrong !== undefined) {
      throw badRequest(
        'InvalidAddressPrefixFormat',
        `Address prefix ${wrong ?? '<null>'} of resource ${subnet.id} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
      );
    }
    // Both sentences: MicrosoftDocs/azure-docs pull request 123869. NetcfgInvalidSubnet was the older code of both.
    if (!contains(space, prefixes)) {
      throw badRequest(
        'NetcfgSubnetRangeOutsideVnet',
        `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network '${network.name}'.`,
      );
    }
    if (placed.some((other) => overlaps(other.prefixes, prefixes))) {
      throw badRequest(
        'NetcfgSubnetRangesOverlap',
        `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '${network.name}'.`,
      );
    }
    if (prefixes.some(hasBadLength)) {
      throw badRequest(
        'NetcfgInvalidSubnet',
        `Subnet '${name}' is not valid in virtual network '${network.name}'.`,
      );
    }
    placed.push({ name, prefixes });
    checkGatewaySubnet(core, subnet);
  }
}

/** A subnet with resources in it cannot be moved, and cannot be deleted (recorded: 400, not 409). */
export function checkUsed(core: Core, network: Resource, previous: Resource | undefined): void {
  for (const before of list(previous?.properties.subnets)) {
    const users = usersOf(core, before);
    if (users.length === 0) continue;
    const after = childOf(network, 'subnets', text(before.name) ?? '');
    if (!after) throw subnetInUse(text(before.id) ?? '', users);
    const [from, to] = [before, after].map((subnet) => prefixesOf(object(subnet.properties)).join());
    if (from !== to) {
      throw badRequest(
        'InUsePrefixCannotBeDeleted',
        `IpPrefix ${from} on Subnet ${text(before.name)} has active allocations and cannot be deleted.`,
      );
    }
  }
}

export const subnetInUse = (subnetId: string, users: string[]): AzureError =>
  badRequest(
    'InUseSubnetCannotBeDeleted',
    `Subnet ${subnetId.split('/').at(-1)} is in use by ${users[0]} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
  );
