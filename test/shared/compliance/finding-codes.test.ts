import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogue } from '../../../shared/compliance/catalogue.ts';

it('the code of a finding is of one check, or about the request alone', () => {
  const shared = new URL('../../../shared/', import.meta.url);
  const sources = ['gateway', 'nps', 'secret'].flatMap((folder) =>
    readdirSync(new URL(folder, shared), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, shared), 'utf8')),
  );
  const found = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/(?:problem|warning)\)?\(\s*'(\w+)'/g)].map(([, code]) => code!),
    ),
  );
  const checked = catalogue.flatMap(({ codes = [] }) => codes);
  // NPS refuses in the same words without the extension and without its DLLs.
  expect(new Set(checked).size).toBe(checked.length - 1);
  // These are about the request or about the moment: there is no gateway yet that a report could check, or it is being
  // written.
  expect([...found].filter((code) => !checked.includes(code)).sort()).toEqual([
    'AddressPoolAnnounced',
    'AddressPoolNoRoom',
    'AuthenticationTypeInTheWay',
    'ClientDnsServers',
    'ConnectedNetworkUnknown',
    'GatewayAlreadyPresent',
    'GatewayBusy',
    'GatewayDeleting',
    'GatewayIsActiveActive',
    'GatewayOfAnotherVirtualNetwork',
    'GatewayOfFirstGeneration',
    'GatewaySkuSmaller',
    'GatewaySubnetNoRoom',
    'GatewaySubnetOutsideVirtualNetwork',
    'GatewaySubnetOverlapsSubnet',
    'GatewaySubnetPrefixDiffers',
    'GatewayTypeNotVpn',
    'GroupDefaultFixed',
    'MfaInstallerNotConfigured',
    'MfaNotChecked',
    'NpsHostUnknown',
    'PapMustBeAllowed',
    'PublicIpInUse',
    'PublicIpMigrationFirst',
    'PublicIpNotStandardStatic',
    'PublicIpWithoutZones',
    'PublicIpZonal',
    'RadiusServersMissing',
    'UserGroupsPreview',
    'UserGroupsSwitchedOff',
    'VirtualNetworkManaged',
    'VirtualNetworkUsesRemoteGateways',
  ]);
});
