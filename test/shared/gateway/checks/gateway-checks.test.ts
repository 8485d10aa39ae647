import { describe, expect, it } from 'vitest';
import { gatewayChecks, usableFindings } from '../../../../shared/gateway/checks/gateway-checks.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import { gateway, gatewayFacts } from '../../compliance/facts.ts';
import { told } from '../../told.ts';

describe('whether an existing gateway can have point-to-site with RADIUS', () => {
  it.each<[string, Partial<VpnGateway>, string[][]]>([
    ['a gateway as it should be', {}, []],
    ['other letters are the same type', { vpnType: 'routebased', sku: 'vpngw2az' }, []],
    [
      'a policy-based one must go',
      { vpnType: 'PolicyBased' },
      [
        [
          'problem GatewayPolicyBased gateway.name',
          'vpngw-hub is PolicyBased. Point-to-site needs a route-based gateway, and the type cannot be changed. Delete the gateway first.',
          'The VPN type is PolicyBased.',
        ],
      ],
    ],
    [
      'a retired SKU works still, so it is only told',
      { sku: 'VpnGw2' },
      [
        [
          'warning GatewaySkuRetired gateway.sku',
          'vpngw-hub has the retired SKU VpnGw2. It had to be migrated to VpnGw2AZ by 2026-09-30.',
          'The SKU is VpnGw2.',
        ],
      ],
    ],
    [
      'Basic can do none of it',
      { sku: 'BASIC' },
      [
        [
          'problem GatewaySkuUnusable gateway.sku',
          'vpngw-hub has the SKU Basic. This SKU supports neither RADIUS nor IKEv2, cannot be active-active and cannot be resized. Delete the gateway first.',
          'The SKU is BASIC.',
        ],
      ],
    ],
    [
      'a legacy SKU can be migrated',
      { sku: 'HighPerformance' },
      [
        [
          'problem GatewaySkuUnusable gateway.sku',
          'vpngw-hub has the legacy SKU HighPerformance, which is retired. Migrate it to an AZ SKU first.',
          'The SKU is HighPerformance.',
        ],
      ],
    ],
    [
      'one that is being deleted cannot be used',
      { provisioningState: 'Deleting' },
      [['problem GatewayDeleting gateway.name', 'vpngw-hub is being deleted. Try again when it is deleted.']],
    ],
    ...(['Failed', 'Canceled'] as const).map(
      (provisioningState): [string, Partial<VpnGateway>, string[][]] => [
        `the write that ended as ${provisioningState} is made good`,
        { provisioningState },
        [
          [
            'warning GatewayFailed gateway.name',
            `vpngw-hub is in the state ${provisioningState}. The deployment writes it again.`,
            `Its provisioningState is ${provisioningState}.`,
          ],
        ],
      ],
    ),
    [
      'one that somebody writes is waited for',
      { provisioningState: 'Updating' },
      [
        [
          'warning GatewayBusy gateway.name',
          'Somebody else is writing vpngw-hub now (Updating). The deployment waits until this ends. The gateway may then differ from this plan.',
        ],
      ],
    ],
  ])('%s', (_, its, expected) => {
    expect(told(usableFindings(gateway(its)))).toEqual(expected);
  });

  it('says when Azure does not tell type and SKU', () => {
    const [type, sku] = told(usableFindings(gateway({ vpnType: '', sku: '' })));
    expect(type!.at(-1)).toBe('The VPN type is not told by Azure.');
    expect(sku!.at(-1)).toBe('The SKU is not told by Azure.');
  });
});

describe('the report of a gateway', () => {
  const verdict = (id: string, its: VpnGateway, publicIps = gatewayFacts().publicIps) =>
    gatewayChecks.find((one) => one.id === id)!.check(gatewayFacts({ gateway: its, publicIps }));
  const three = ['/a', '/b', '/c'];
  const { pointToSite: _, ...siteToSite } = gateway({ activeActive: true });

  it.each<[string, VpnGateway, object]>([
    ['active-standby needs one address', gateway(), { is: 'notApplicable' }],
    ['no point-to-site needs no third', siteToSite, { is: 'notApplicable' }],
    ['three are enough', gateway({ activeActive: true, publicIpIds: three }), { is: 'compliant' }],
    [
      'two are not',
      gateway({ activeActive: true, publicIpIds: three.slice(1) }),
      {
        is: 'violated',
        evidence: ['The gateway is active-active with point-to-site and has 2 of 3 addresses.'],
      },
    ],
  ])('active-active addresses: %s', (_, its, expected) => {
    expect(verdict('active-active-addresses', its)).toEqual(expected);
  });

  it('does not call an address good that could not be read', () => {
    expect(verdict('public-ip-basic', gateway(), [])).toEqual({
      is: 'unknown',
      reason: 'The public IP address vpngw-hub-pip could not be read.',
    });
    expect(verdict('public-ip-basic', gateway())).toEqual({ is: 'compliant' });
  });
});
