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
    // Neither name is a size, though a size is part of it.
    ['ErVpnGw3AZ', 'VpnGw1AZ', undefined],
    ['VpnGw3AZ-preview', 'VpnGw1AZ', undefined],
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
    expect(refused({ sku: 'VpnGw1', publicIpIds: ['/another', basic.id] }, 'VpnGw1AZ', [basic])).toHaveLength(
      1,
    );
    // With zones already, or without them still, the address is in nobody's way.
    expect(refused({ sku: 'VpnGw1AZ' }, 'VpnGw2AZ', [basic])).toEqual([]);
    expect(refused({ sku: 'VpnGw1' }, 'VpnGw2', [basic])).toEqual([]);
  });

  it.each([
    [
      'VpnGw2AZ',
      'VpnGw1AZ',
      'vpngw-hub cannot change from VpnGw2AZ to the smaller VpnGw1AZ: Azure changes a gateway only to a larger SKU. Leave gateway.sku out. Or remove the gateway (POST /api/removals) and send this ticket again: the gateway then gets another public IP address, and its users need another client profile.',
    ],
    [
      'VpnGw1AZ',
      'VpnGw4AZ',
      'vpngw-hub is of the first generation, and VpnGw4AZ exists only in the second generation. Azure itself moves a gateway to the second generation: when its Basic public IP address is migrated to Standard, or during maintenance. Ask for VpnGw3AZ at most, or wait until Azure has moved it.',
    ],
    [
      'VpnGw1',
      'VpnGw1AZ',
      `vpngw-hub has the Basic public IP address ${basic.id}, and VpnGw1AZ needs a Standard address. Migrate the address first, which also gives the gateway an AZ SKU: POST /api/migrations with the path standard-public-ip (ten minutes of interruption, the address stays).`,
    ],
  ])('%s to %s is refused with the way that is open', (sku, wished, sentence) => {
    expect([...skuFindings(gateway({ sku }), wished, [basic])].map(({ message }) => message)).toEqual([
      sentence,
    ]);
  });

  it('of the same size differ in zones alone', () => {
    expect(isSameSize('VpnGw2', 'vpngw2AZ')).toBe(true);
    expect(isSameSize('VpnGw2', 'VpnGw1AZ')).toBe(false);
    expect(isSameSize('Basic', 'Basic')).toBe(false);
    expect(isSameSize('VpnGw1', 'Basic')).toBe(false);
  });
});
