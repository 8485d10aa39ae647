import {
  type Check,
  compliant,
  notApplicable,
  sentence,
  unknown,
  unless,
  violated,
} from '../../core/check.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { formDifferences, mode } from '../differences.ts';
import type { GatewayFacts } from './facts.ts';

const skuConsolidation = 'https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-consolidation';

/** Form of the gateway itself: SKU, type, state, addresses. */
export const gatewayRules: readonly Check<GatewayFacts>[] = [
  {
    id: 'gateway-sku-retired',
    severity: 'high',
    title: 'The gateway has a retired SKU',
    why: 'VpnGw1 to VpnGw5 without zones were retired on 2026-09-30, Standard and HighPerformance on 2026-03-31. Basic has neither RADIUS nor IKEv2.',
    fix: 'Migrate VpnGw1-5 to the AZ SKU of the same number. A Basic gateway has to be deleted and created again.',
    source: skuConsolidation,
    check: ({ gateway: { sku } }) =>
      /^VpnGw[1-5]AZ$/i.test(sku) ? compliant : violated(`The SKU is ${sku || 'not told by Azure'}.`),
  },
  {
    id: 'gateway-not-route-based',
    severity: 'high',
    title: 'The gateway is policy-based',
    why: 'Point-to-site needs a route-based gateway, and the type of a gateway cannot be changed.',
    fix: 'Delete the gateway and create a route-based one.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings',
    check: ({ gateway: { vpnType } }) =>
      sameId(vpnType, 'RouteBased')
        ? compliant
        : violated(`The VPN type is ${vpnType || 'not told by Azure'}.`),
  },
  {
    id: 'gateway-failed',
    severity: 'high',
    title: 'The last change of the gateway failed',
    why: 'A gateway in the state Failed or Canceled may work with half of its configuration, and refuses some changes.',
    fix: "Look at the gateway's activity log, mend the cause, and write the gateway again: send its ticket again.",
    source: 'https://learn.microsoft.com/azure/networking/troubleshoot-failed-state',
    hinders: 'the gateway has to leave its failed state first',
    check: ({ gateway: { provisioningState: state } }) =>
      state === 'Failed' || state === 'Canceled' ? violated(`Its provisioningState is ${state}.`) : compliant,
  },
  {
    id: 'gateway-differs',
    severity: 'medium',
    title: 'The gateway is not as its deployment asked',
    why: 'Somebody has changed SKU, mode, addresses or tags since this app deployed it; the next deployment would change them back.',
    fix: 'Send the ticket again to apply what was asked, or send one that asks for what is there now.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings',
    check: ({ gateway, asked }) =>
      asked ? unless(formDifferences(gateway, asked).map(({ found }) => sentence(found))) : notApplicable,
  },
  {
    id: 'public-ip-basic',
    severity: 'high',
    title: 'A public IP address of the gateway is not Standard',
    why: 'Basic public IP addresses are retired: those of VPN gateways were supported until the end of June 2026.',
    fix: 'Migrate the address to Standard in the portal (configuration of the gateway): ten minutes of interruption, the address stays.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/basic-public-ip-migrate-about',
    check({ gateway: { publicIpIds }, publicIps, networkProblem }) {
      if (networkProblem) return unknown(networkProblem);
      const read = publicIpIds.map((id) => ({ id, address: publicIps.find((one) => sameId(one.id, id)) }));
      const missing = read.find(({ address }) => !address);
      const basic = read.filter(({ address }) => address && !sameId(address.sku, 'Standard'));
      if (basic.length > 0)
        return violated(...basic.map(({ id, address }) => `${nameOf(id)} has the SKU ${address!.sku}.`));
      return missing ? unknown(`The public IP address ${nameOf(missing.id)} could not be read.`) : compliant;
    },
  },
  {
    id: 'active-active-addresses',
    severity: 'medium',
    title: 'An active-active gateway lacks public IP addresses',
    why: 'An active-active gateway with point-to-site needs a third public IP address.',
    fix: 'Add IP configurations until the gateway has three: send its ticket again.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/about-active-active-gateways',
    check: ({ gateway: { activeActive, publicIpIds, pointToSite } }) =>
      !activeActive || !pointToSite
        ? notApplicable
        : unless([
            publicIpIds.length < 3 &&
              `The gateway is ${mode(true)} with point-to-site and has ${publicIpIds.length} of 3 addresses.`,
          ]),
  },
];
