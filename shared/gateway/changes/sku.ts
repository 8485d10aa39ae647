import { type Finding, problem } from '../../core/finding.ts';
import { sameId } from '../../core/resource-id.ts';
import type { PublicIpAddress, VpnGateway } from '../model.ts';

const parts = (sku: string) => {
  const [, size, zones] = /^VpnGw([1-5])(AZ)?$/i.exec(sku) ?? [];
  return size === undefined ? undefined : { size: Number(size), hasZones: zones !== undefined };
};

/** Whether one of the two is the other with availability zones. */
export const isSameSize = (one: string, other: string): boolean =>
  parts(one) !== undefined && parts(one)?.size === parts(other)?.size;

/** The AZ SKU to which a SKU without zones is resized. Undefined when there is none. */
export const zonalSkuOf = (sku: string): string | undefined =>
  parts(sku)?.hasZones === false ? `${sku}AZ` : undefined;

/** The sizes that exist only in the second generation. */
const secondGeneration = 4;

/**
 * The changes of SKU that Azure refuses (VPN Gateway, "Upgrade a VPN Gateway SKU", 2026-03): to a smaller one, and from
 * the first generation to one that exists only in the second. Basic and legacy SKUs have their own refusal.
 */
export function* skuFindings(
  { name, sku, generation, publicIpIds }: VpnGateway,
  wished: string,
  publicIps: readonly PublicIpAddress[],
): Generator<Finding> {
  const [from, to] = [parts(sku), parts(wished)];
  if (!from || !to || sameId(sku, wished)) return;
  const target = 'gateway.sku';
  if (to.size < from.size)
    yield problem(
      'GatewaySkuSmaller',
      `${name} cannot change from ${sku} to the smaller ${wished}: Azure changes a gateway only to a larger SKU. Leave gateway.sku out. Or remove the gateway (POST /api/removals) and send this ticket again: the gateway then gets another public IP address, and its users need another client profile.`,
      target,
    );
  if (to.size >= secondGeneration && from.size < secondGeneration && isFirst(generation, from.size))
    yield problem(
      'GatewayOfFirstGeneration',
      `${name} is of the first generation, and ${wished} exists only in the second generation. Azure itself moves a gateway to the second generation: when its Basic public IP address is migrated to Standard, or during maintenance. Ask for VpnGw3AZ at most, or wait until Azure has moved it.`,
      target,
    );
  if (to.hasZones && !from.hasZones)
    for (const { id } of publicIps.filter(({ id, sku: its }) => isHeld(id) && !sameId(its, 'Standard')))
      yield problem(
        'PublicIpMigrationFirst',
        `${name} has the Basic public IP address ${id}, and ${wished} needs a Standard address. Migrate the address first, which also gives the gateway an AZ SKU: POST /api/migrations with the path standard-public-ip (ten minutes of interruption, the address stays).`,
        target,
      );

  function isHeld(id: string) {
    return publicIpIds.some((held) => sameId(held, id));
  }
}

/** VpnGw1 exists only in the first generation. */
const isFirst = (generation: string | undefined, size: number) =>
  size === 1 || sameId(generation ?? '', 'Generation1');
