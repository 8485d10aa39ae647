import { describe, expect, it } from 'vitest';
import { isSameSize, skuFindings } from '../../../../shared/gateway/changes/sku.ts';
import type { PublicIpAddress, VpnGateway } from '../../../../shared/gateway/model.ts';
import { gateway } from '../../hub.ts';

const basic: PublicIpAddress = {
  id: gateway().publicIpIds[0]!,
  sku: 'Basic',
  allocationMethod: 'Dynamic',
  provisioningState: 'Succeeded',
  zones: [],
};
const refused = (from: Partial<VpnGateway>, to: string, addresses: readonly PublicIpAddress[] = []) =>
  [...skuFindings(gateway(from), to, addresses)].map(({ kind, code, target }) => `${kind} ${code} ${target}`);

describe('the ways from SKU to SKU', () => {
  it.each([
    ['VpnGw1AZ', 'VpnGw1AZ', undefined],
    ['vpngw1az', 'VpnGw1AZ', undefined],
    ['VpnGw1AZ', 'VpnGw3AZ', undefined],
    ['VpnGw1', 'VpnGw1AZ', undefined],
    ['VpnGw1', 'VpnGw2AZ', undefined],
    ['VpnGw2AZ', 'VpnGw5AZ', 'Generation2'],
    ['VpnGw4AZ', 'VpnGw5AZ', 'Generation2'],
    // Azure does not tell the generation, so Azure itself decides whether to refuse.
    ['VpnGw2AZ', 'VpnGw4AZ', undefined],
    // Refused because of the old SKU, not because of the new one.
    ['Basic', 'VpnGw1AZ', undefined],
    ['HighPerformance', 'VpnGw1AZ', undefined],
  ])('%s to %s', (sku, wished, generation) => {
    expect(refused({ sku, ...(generation && { generation }) }, wished)).toEqual([]);
  });

  it.each([
    ['VpnGw2AZ', 'VpnGw1AZ', undefined, 'GatewaySkuSmaller'],
    ['VpnGw3', 'VpnGw1AZ', undefined, 'GatewaySkuSmaller'],
    ['VpnGw1AZ', 'VpnGw4AZ', undefined, 'GatewayOfFirstGeneration'],
    ['VpnGw3AZ', 'VpnGw5AZ', 'Generation1', 'GatewayOfFirstGeneration'],
  ])('%s to %s is refused', (sku, wished, generation, code) => {
    expect(refused({ sku, ...(generation && { generation }) }, wished)).toEqual([
      `problem ${code} gateway.sku`,
    ]);
  });

  it('a Basic address is migrated first, which is told beside everything else', () => {
    expect(refused({ sku: 'VpnGw1' }, 'VpnGw5AZ', [basic])).toEqual([
      'problem GatewayOfFirstGeneration gateway.sku',
      'problem PublicIpMigrationFirst gateway.sku',
    ]);
    expect(refused({ sku: 'VpnGw1' }, 'VpnGw1AZ', [{ ...basic, sku: 'Standard' }])).toEqual([]);
    expect(refused({ sku: 'VpnGw1', publicIpIds: ['/another'] }, 'VpnGw1AZ', [basic])).toEqual([]);
  });

  it('of the same size differ in zones alone', () => {
    expect(isSameSize('VpnGw2', 'vpngw2AZ')).toBe(true);
    expect(isSameSize('VpnGw2', 'VpnGw1AZ')).toBe(false);
    expect(isSameSize('Basic', 'Basic')).toBe(false);
  });
});
