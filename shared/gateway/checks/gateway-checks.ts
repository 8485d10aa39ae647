import {
  type Check,
  notApplicable,
  type PlannedText,
  plannedChecks,
  sentence,
  unknown,
  unless,
} from '../../core/check.ts';
import { type Finding, problem, warning } from '../../core/finding.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { formDifferences, mode } from '../differences.ts';
import type { PublicIpAddress, VpnGateway } from '../model.ts';
import { publicIpFindings } from '../public-ip.ts';
import type { GatewayFacts } from './facts.ts';

const skuConsolidation = 'https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-consolidation';

const azSku = /^VpnGw[1-5]AZ$/i;
const nonAzSku = /^VpnGw[1-5]$/i;

const texts: readonly PlannedText<VpnGateway>[] = [
  {
    codes: ['GatewaySkuRetired', 'GatewaySkuUnusable'],
    id: 'gateway-sku-retired',
    severity: 'high',
    title: 'The gateway has a retired SKU',
    why: 'VpnGw1 to VpnGw5 without zones were retired on 2026-09-30, Standard and HighPerformance on 2026-03-31. Basic supports neither RADIUS nor IKEv2.',
    fix: 'Migrate VpnGw1-5 to the AZ SKU with the same number. A Basic gateway must be deleted and created again.',
    source: skuConsolidation,
    migration: 'az-sku',
  },
  {
    codes: ['GatewayPolicyBased'],
    id: 'gateway-not-route-based',
    severity: 'high',
    title: 'The gateway is policy-based',
    why: 'Point-to-site needs a route-based gateway, and the type of a gateway cannot be changed.',
    fix: 'Delete the gateway and create a route-based one.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings',
  },
  {
    codes: ['GatewayFailed'],
    id: 'gateway-failed',
    severity: 'high',
    title: 'The last change of the gateway failed',
    why: 'A gateway in the state Failed or Canceled may work with only a part of its configuration, and refuses some changes.',
    fix: "Read the gateway's activity log and fix the cause. Then send the ticket of the gateway again, which writes the gateway again.",
    source: 'https://learn.microsoft.com/azure/networking/troubleshoot-failed-state',
    noRepairBecause: 'the gateway is in a failed state, which must be fixed first',
  },
];

interface Addresses {
  readonly gateway: VpnGateway;
  readonly publicIps: readonly PublicIpAddress[];
}

const textsOfAddresses: readonly PlannedText<Addresses>[] = [
  {
    codes: ['PublicIpBasic'],
    given: everyAddressRead,
    id: 'public-ip-basic',
    severity: 'high',
    title: 'A public IP address of the gateway is not Standard',
    why: 'Basic public IP addresses are retired. For VPN gateways they were supported until the end of June 2026.',
    fix: 'Migrate the address to Standard, with this app or in the Azure portal (configuration of the gateway). This takes ten minutes of interruption. The address stays.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/basic-public-ip-migrate-about',
    migration: 'standard-public-ip',
  },
  {
    codes: ['PublicIpZonesDiffer'],
    given: everyAddressRead,
    id: 'public-ip-zones',
    severity: 'low',
    title: 'The public IP addresses of the gateway differ in zones',
    why: 'Azure refuses to write a gateway whose addresses have different zones (ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones). The next change of its addresses may fail.',
    fix: 'Replace the address that differs when the gateway is changed next.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/about-zone-redundant-vnet-gateways',
  },
];

function everyAddressRead({ gateway: { publicIpIds }, publicIps }: Addresses) {
  const missing = publicIpIds.find((id) => !publicIps.some((one) => sameId(one.id, id)));
  return missing ? unknown(`The public IP address ${nameOf(missing)} could not be read.`) : undefined;
}

/** The gateway itself: SKU, type, state, addresses. */
export const gatewayChecks: readonly Check<GatewayFacts>[] = [
  ...plannedChecks(texts, ({ gateway }: GatewayFacts) => gateway, usableFindings),
  ...plannedChecks(
    textsOfAddresses,
    ({ gateway, publicIps, networkProblem }: GatewayFacts) =>
      networkProblem ? unknown(networkProblem) : { gateway, publicIps },
    ({ gateway, publicIps }) => publicIpFindings(publicIps, gateway.id, gateway),
  ),
  {
    id: 'gateway-differs',
    severity: 'medium',
    title: 'The gateway is not as its deployment requested',
    why: 'Somebody has changed SKU, mode, addresses or tags after this app deployed the gateway. The next deployment would change them back.',
    fix: 'Send the ticket again to restore what it asked for. Or send a ticket that asks for the present configuration.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpn-gateway-settings',
    check: ({ gateway, asked }) =>
      asked ? unless(formDifferences(gateway, asked).map(({ found }) => sentence(found))) : notApplicable,
  },
  {
    id: 'active-active-addresses',
    severity: 'medium',
    title: 'An active-active gateway lacks public IP addresses',
    why: 'An active-active gateway with point-to-site needs three public IP addresses.',
    fix: 'Send the ticket of the gateway again. It adds IP configurations until the gateway has three.',
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

/** Whether an existing gateway can have point-to-site with RADIUS. */
export function* usableFindings({ name, vpnType, sku, provisioningState }: VpnGateway): Generator<Finding> {
  if (vpnType.toLowerCase() !== 'routebased') {
    yield problem(
      'GatewayPolicyBased',
      `${name} is ${vpnType}. Point-to-site needs a route-based gateway, and the type cannot be changed. Delete the gateway first.`,
      'gateway.name',
      `The VPN type is ${vpnType || 'not told by Azure'}.`,
    );
  }
  if (nonAzSku.test(sku)) {
    yield warning(
      'GatewaySkuRetired',
      `${name} has the retired SKU ${sku}. It had to be migrated to ${sku}AZ by 2026-09-30.`,
      'gateway.sku',
      `The SKU is ${sku}.`,
    );
  } else if (!azSku.test(sku)) {
    yield problem(
      'GatewaySkuUnusable',
      sku.toLowerCase() === 'basic'
        ? `${name} has the SKU Basic. This SKU supports neither RADIUS nor IKEv2, cannot be active-active and cannot be resized. Delete the gateway first.`
        : `${name} has the legacy SKU ${sku}, which is retired. Migrate it to an AZ SKU first.`,
      'gateway.sku',
      `The SKU is ${sku || 'not told by Azure'}.`,
    );
  }
  if (provisioningState === 'Deleting') {
    yield problem(
      'GatewayDeleting',
      `${name} is being deleted. Try again when it is deleted.`,
      'gateway.name',
    );
  } else if (provisioningState === 'Failed' || provisioningState === 'Canceled') {
    yield warning(
      'GatewayFailed',
      `${name} is in the state ${provisioningState}. The deployment writes it again.`,
      'gateway.name',
      `Its provisioningState is ${provisioningState}.`,
    );
  } else if (provisioningState !== 'Succeeded') {
    yield warning(
      'GatewayBusy',
      `Somebody else is writing ${name} now (${provisioningState}). The deployment waits until this ends. The gateway may then differ from this plan.`,
      'gateway.name',
    );
  }
}
