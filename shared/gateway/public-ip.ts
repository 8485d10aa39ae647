import { type Finding, problem, warning } from '../core/finding.ts';
import { besides, sameId } from '../core/resource-id.ts';
import type { PublicIpAddress, VpnGateway } from './model.ts';

/**
 * Gateways of AZ SKUs refuse addresses without zones where the region has zones (`VmssVpnGatewayPublicIpsMustHaveZonesConfigured`),
 * and regions without zones refuse addresses with them: ask for all zones, and without when `refusesZones` says so.
 */
export const allZones: readonly string[] = ['1', '2', '3'];

/** Whether this error of a public IP address says that its region has no zones. Gateways there are regional. */
export function refusesZones(errorCode: string): boolean {
  return errorCode.toLowerCase() === 'locationnotsupportavailabilityzones';
}

/**
 * The public IP addresses of a gateway: those that it has, filled up with `<gateway>-pip`, `-pip-2`, `-pip-3`. One for
 * active-standby; three for active-active, the third for point-to-site ("active-active gateway with point-to-site").
 */
export function publicIpIds(gatewayId: string, activeActive: boolean, existing?: VpnGateway): string[] {
  const ids = [...(existing?.publicIpIds ?? [])];
  const name = gatewayId.slice(gatewayId.lastIndexOf('/') + 1).slice(0, 74);
  for (const suffix of ['', '-2', '-3']) {
    if (ids.length >= (activeActive ? 3 : 1)) break;
    const id = besides(gatewayId, 'publicIPAddresses', `${name}-pip${suffix}`);
    if (!ids.some((other) => sameId(other, id))) ids.push(id);
  }
  return ids;
}

/** What is wrong with addresses of those names that exist already. `existing`: the gateway, when it exists and holds some of them. */
export function* publicIpFindings(
  addresses: readonly PublicIpAddress[],
  gatewayId: string,
  existing?: VpnGateway,
): Generator<Finding> {
  for (const { id, sku, allocationMethod, usedBy, zones } of addresses) {
    const name = id.slice(id.lastIndexOf('/') + 1);
    if (existing?.publicIpIds.some((held) => sameId(held, id))) {
      if (!sameId(sku, 'Standard')) {
        yield warning(
          'PublicIpBasic',
          `The public IP address ${name} of the gateway has the retired SKU ${sku}: migrate it to Standard.`,
          'gateway.name',
        );
      }
      continue;
    }
    if (usedBy && !usedBy.toLowerCase().startsWith(`${gatewayId.toLowerCase()}/`)) {
      yield problem(
        'PublicIpInUse',
        `The public IP address ${name} exists and is used by ${usedBy}: free it or choose another gateway.name.`,
        'gateway.name',
      );
    }
    if (!sameId(sku, 'Standard') || !sameId(allocationMethod, 'Static')) {
      yield problem(
        'PublicIpNotStandardStatic',
        `The public IP address ${name} exists as ${sku}, ${allocationMethod}; a gateway needs Standard, Static: delete it or choose another gateway.name.`,
        'gateway.name',
      );
    } else if (zones.length === 0) {
      yield warning(
        'PublicIpWithoutZones',
        `The public IP address ${name} exists without zones: where the region has zones, Azure refuses it for an AZ SKU.`,
        'gateway.name',
      );
    } else if (zones.length === 1) {
      yield warning(
        'PublicIpZonal',
        `The public IP address ${name} is in zone ${zones[0]} alone, and so will the gateway be.`,
        'gateway.name',
      );
    }
  }
}
