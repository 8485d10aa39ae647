import { warning } from '../../core/finding.ts';
import { prefixLength } from '../../core/prefixes.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { zonalSkuOf } from '../../gateway/changes/sku.ts';
import { existingGatewaySubnet, ipv4Prefixes } from '../../gateway/gateway-subnet.ts';
import { type MigrationPath, notNeeded, notPossible, type PathFacts } from './path.ts';

/** The AZ SKU that a gateway gets ("VPN Gateway SKU consolidation and migration", "VPN Gateway legacy SKUs"). */
function azSkuOf(sku: string): string | undefined {
  return zonalSkuOf(sku) ?? { standard: 'VpnGw1AZ', highperformance: 'VpnGw2AZ' }[sku.toLowerCase()];
}

const basicAddresses = ({ publicIps }: PathFacts) => publicIps.filter(({ sku }) => sameId(sku, 'Basic'));

/**
 * Azure resizes within a generation ("Upgrade a VPN Gateway SKU": Generation 1 to Generation 1 AZ, 2 to 2 AZ). Since
 * 2025 a non-AZ gateway can no longer be created, so there is no way back, and no need for one.
 */
export const azSku: MigrationPath = {
  name: 'az-sku',
  title: 'From a non-AZ SKU to the AZ SKU with the same number',
  forUsers:
    'Within the same size Azure promises no interruption. The change takes about 45 minutes. Connections may still be interrupted for moments, so choose a quiet hour. Addresses and client profiles stay.',
  goBack:
    'You cannot go back: Azure no longer creates non-AZ gateways, and does not make a SKU smaller unless the gateway is deleted. Nothing else of the gateway changes.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/gateway-sku-upgrade',
  isOfGatewayAlone: () => true,
  fixes: ['GatewaySkuRetired'],
  wish: (wish, { gateway }) => ({ ...wish, sku: zonalSkuOf(gateway.sku) ?? gateway.sku }),
  *findings(facts) {
    const { name, sku, pointToSite } = facts.gateway;
    const [basic] = basicAddresses(facts);
    if (!pointToSite) yield notPossible(`${name} has no point-to-site, so this app does not change it.`);
    if (/AZ$/i.test(sku)) yield notNeeded(`${name} already has the SKU ${sku}.`);
    else if (sameId(sku, 'Basic'))
      yield notPossible(
        `${name} has the SKU Basic, which cannot be resized. Delete the gateway and send a ticket for a new one.`,
      );
    else if (basic || !zonalSkuOf(sku))
      yield notPossible(
        `${name} has ${basic ? `the Basic address ${nameOf(basic.id)}` : `the legacy SKU ${sku}`}, so its SKU cannot be changed separately. Use the path standard-public-ip, which also changes the SKU to an AZ SKU.`,
      );
  },
};

/**
 * Microsoft's guided migration, by the operations prepareMigration, executeMigration, commitMigration and abortMigration of the
 * gateway (api-version 2024-07-01 and later; azure-cli issue 31213).
 */
export const standardPublicIp: MigrationPath = {
  name: 'standard-public-ip',
  title: 'From a Basic to a Standard public IP address',
  forUsers:
    'While Azure prepares, for up to an hour, users notice nothing. Then every connection is interrupted for up to ten minutes. The address, client profiles and site-to-site peers stay as they are. A non-AZ SKU becomes the AZ SKU with the same number.',
  goBack:
    'Until somebody approves the end, a rejection undoes the migration (abortMigration): the address is Basic again, and the SKU is the earlier one. After that you cannot go back.',
  atTheEnd: 'The Basic address is removed (commitMigration).',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/basic-public-ip-migrate-howto',
  isOfGatewayAlone: () => true,
  fixes: ['GatewaySkuRetired', 'GatewaySkuUnusable', 'PublicIpBasic'],
  wish: (wish, { gateway }) => ({ ...wish, sku: azSkuOf(gateway.sku) ?? gateway.sku }),
  isSideBySide: () => true,
  *findings(facts) {
    const { gateway, virtualNetwork } = facts;
    const { name, sku, activeActive, pointToSite, addressMigration } = gateway;
    if (basicAddresses(facts).length === 0 && !isUncommitted(addressMigration?.phase))
      yield notNeeded(`Every public IP address of ${name} is already Standard.`);
    if (activeActive)
      yield notPossible(
        `${name} is active-active, and Azure migrates only the addresses of active-standby gateways. Make it active-standby first, or delete it and create a new one.`,
      );
    if (sameId(sku, 'Basic'))
      yield notPossible(
        `${name} has the SKU Basic, which this migration does not support. Delete the gateway and send a ticket for a new one.`,
      );
    const subnet = existingGatewaySubnet(virtualNetwork);
    const prefixes = subnet ? ipv4Prefixes(subnet) : [];
    if (prefixes.length > 0 && prefixes.every((prefix) => prefixLength(prefix) > 27))
      yield notPossible(
        `GatewaySubnet is ${prefixes.join(', ')}. Azure may refuse the migration in a subnet smaller than /27, and it needs three free addresses. Add a prefix to the subnet first (Azure: "Create multiple prefixes for a subnet").`,
      );
    if (pointToSite)
      yield warning(
        'LegacyClientName',
        `Azure cannot migrate a gateway whose client profile names a server that ends in cloudapp.net. Check a profile of ${name} first (AzureVPN/azurevpnconfig.xml, fqdn). Do not remove point-to-site because of this, whatever the profile says.`,
        'path',
      );
  },
};

/** Migrated, but neither committed nor aborted. */
const isUncommitted = (phase: string | undefined): boolean =>
  ['Prepare', 'PrepareSucceeded', 'Execute', 'ExecuteSucceeded', 'Commit'].some((one) => one === phase);
