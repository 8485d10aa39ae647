import { beforeAll, describe, expect, it } from 'vitest';
import { usualDurations } from '../../../../simulator/azure/settings.ts';
import {
  addressId,
  azureAt,
  gatewayBody,
  gatewayId,
  gatewayPath,
  network,
  readyHub,
  standardAddress,
  subnetId,
} from '../client.ts';

const client = (change: Record<string, unknown>) => ({
  vpnClientConfiguration: { ...gatewayBody().properties.vpnClientConfiguration, ...change },
});

describe('the life of a gateway', () => {
  it('is Updating for forty minutes with no BGP address yet, then Succeeded with one and a new etag', async () => {
    const { put, get, clock } = await readyHub();
    const accepted = await put(gatewayPath(), gatewayBody());
    expect(accepted.status).toBe(201);
    expect(accepted.headers['retry-after']).toBe('10');
    expect(accepted.headers.location).toBeUndefined();
    expect(accepted.body.properties).toMatchObject({
      provisioningState: 'Updating',
      bgpSettings: { asn: 0 },
    });
    const operation = accepted.headers['azure-asyncoperation']!;
    expect(operation.length).toBeGreaterThan(3000);

    clock.advance(39 * 60_000);
    expect((await get(operation)).body).toEqual({ status: 'InProgress' });
    expect((await get(operation)).headers['retry-after']).toBe('10');
    clock.advance(60_000);
    const ended = await get(operation);
    expect([ended.status, ended.body, ended.headers['retry-after']]).toEqual([
      200,
      { status: 'Succeeded' },
      undefined,
    ]);

    const { body, headers } = await get(gatewayPath());
    expect(headers.etag).toBeUndefined();
    expect(body.etag).not.toBe(accepted.body.etag);
    expect(body.properties.ipConfigurations[0]).toMatchObject({
      etag: body.etag,
      properties: { provisioningState: 'Succeeded' },
    });
    expect(body.properties.bgpSettings).toMatchObject({ asn: 65515, bgpPeeringAddress: '10.0.255.30' });
    const { body: subnet } = await get(network('virtualNetworks/hub/subnets/GatewaySubnet'));
    expect(subnet.properties.ipConfigurations).toEqual([
      { id: `${gatewayId}/ipConfigurations/pip-configuration` },
    ]);
  });

  it('takes two minutes for a change of point-to-site, and as long as a creation for one of SKU', async () => {
    const { put, get, clock, done } = await readyHub();
    await done(put(gatewayPath(), gatewayBody()));
    const p2s = await put(gatewayPath(), gatewayBody(client({ vpnClientProtocols: ['IkeV2', 'OpenVPN'] })));
    expect(p2s.status).toBe(200);
    clock.advance(usualDurations.gatewayUpdate * 1000);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Succeeded');
    await put(gatewayPath(), gatewayBody({ sku: { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' } }));
    clock.advance(usualDurations.gatewayUpdate * 1000);
    expect((await get(gatewayPath())).body.properties.provisioningState).toBe('Updating');
  });

  it.each([
    ['VpnGw2AZ', 'VpnGw3AZ', 'Generation1', 200],
    ['VpnGw2AZ', 'VpnGw5AZ', 'Generation2', 200],
    ['VpnGw2AZ', 'VpnGw5AZ', 'Generation1', 400],
    ['VpnGw2AZ', 'VpnGw1AZ', 'Generation1', 400],
    ['VpnGw2AZ', 'VpnGw2', 'Generation1', 400],
    ['VpnGw2AZ', 'Basic', 'Generation1', 400],
  ])('%s to %s of %s is answered %4$s', async (from, to, vpnGatewayGeneration, status) => {
    const { put, done } = await readyHub();
    const as = (name: string) => gatewayBody({ vpnGatewayGeneration, sku: { name, tier: name } });
    await done(put(gatewayPath(), as(from)));
    const answer = await put(gatewayPath(), as(to));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error.code).toBe('GatewaySkuResizeNotAllowed');
  });

  it('does not keep the order of the protocols', async () => {
    const { put, get, done } = await readyHub('2025-12-01T00:00:00Z');
    await done(put(gatewayPath(), gatewayBody(client({ vpnClientProtocols: ['IkeV2', 'OpenVPN'] }))));
    expect((await get(gatewayPath())).body.properties.vpnClientConfiguration.vpnClientProtocols).toEqual([
      'OpenVPN',
      'IkeV2',
    ]);
  });

  it('refuses a second write meanwhile, naming the operation, without Retry-After', async () => {
    const { put, get, patch, remove } = await readyHub();
    const accepted = await put(gatewayPath(), gatewayBody());
    const id = /operations\/([^?]+)/.exec(accepted.headers['azure-asyncoperation']!)![1];
    for (const refused of [
      await put(gatewayPath(), gatewayBody()),
      await patch(gatewayPath(), { tags: {} }),
      await remove(gatewayPath()),
    ]) {
      expect(refused.status).toBe(409);
      expect(refused.body.error.code).toBe('AnotherOperationInProgress');
      expect(refused.body.error.message).toContain(`use uri: ${id}.`);
      expect(refused.headers['retry-after']).toBeUndefined();
    }
    expect((await get(gatewayPath())).status).toBe(200);
  });

  it('keeps the operation URL to the letter: one cut short is refused, a public address names another api-version', async () => {
    const { put, get } = await readyHub();
    const { headers } = await put(gatewayPath(), gatewayBody());
    const operation = headers['azure-asyncoperation']!;
    expect((await get(operation.slice(0, 2048))).status).toBe(403);
    expect((await get(operation.replace(/&h=.*/, ''))).status).toBe(403);
    const address = await put(network('publicIPAddresses/other'), standardAddress);
    expect(address.headers['azure-asyncoperation']).toContain('api-version=2024-07-01&');
  });

  it('goes within its own time and leaves subnet and address free', async () => {
    const { put, get, remove, done } = await readyHub();
    await done(put(gatewayPath(), gatewayBody()));
    expect((await remove(network('publicIPAddresses/pip'))).body.error.code).toBe(
      'PublicIPAddressCannotBeDeleted',
    );
    expect((await remove(network('virtualNetworks/hub/subnets/GatewaySubnet'))).body.error.code).toBe(
      'InUseSubnetCannotBeDeleted',
    );
    const gone = await done(remove(gatewayPath()));
    expect([gone.status, gone.body]).toEqual([202, undefined]);
    expect((await get(gatewayPath())).body.error.code).toBe('ResourceNotFound');
    expect((await done(remove(network('virtualNetworks/hub/subnets/GatewaySubnet')))).status).toBe(202);
    expect((await remove(gatewayPath())).status).toBe(204);
  });
});

describe('RADIUS secrets', () => {
  const secrets = async (at: Awaited<ReturnType<typeof readyHub>>) =>
    (await at.post(network('virtualNetworkGateways/vpngw-hub/listRadiusSecrets'))).body.value;

  it('are echoed before api-version 2024-10-01 and never after, but by listRadiusSecrets', async () => {
    const at = await readyHub();
    const written = await at.done(at.put(gatewayPath('2024-05-01'), gatewayBody()));
    expect(JSON.stringify(written.body)).toContain('first secret');
    expect(JSON.stringify((await at.get(gatewayPath('2024-05-01'))).body)).toContain('first secret');
    expect(JSON.stringify((await at.get(gatewayPath('2024-10-01'))).body)).not.toContain('first secret');
    expect(JSON.stringify((await at.done(at.put(gatewayPath(), gatewayBody()))).body)).not.toContain(
      'first secret',
    );
    expect(await secrets(at)).toEqual([
      { radiusServerAddress: '10.0.1.4', radiusServerSecret: 'first secret' },
    ]);
  });

  it.each([
    ['clears', ''],
    ['keeps', 'first secret'],
  ] as const)('a write of what was read %s them', async (radiusSecretOmitted, left) => {
    const at = await readyHub(undefined, { scenario: { radiusSecretOmitted } });
    await at.done(at.put(gatewayPath(), gatewayBody()));
    await at.done(at.put(gatewayPath(), (await at.get(gatewayPath())).body));
    expect(await secrets(at)).toEqual([{ radiusServerAddress: '10.0.1.4', radiusServerSecret: left }]);
  });
});

describe('what Azure refuses of a gateway', () => {
  let at: Awaited<ReturnType<typeof readyHub>>;
  beforeAll(async () => {
    at = await readyHub();
    await at.done(at.put(network('publicIPAddresses/pip2'), standardAddress));
    await at.done(at.put(network('publicIPAddresses/zoneless'), { ...standardAddress, zones: undefined }));
    at.azure.seed([{ id: addressId('basic'), sku: { name: 'Basic' }, properties: {} }]);
  });

  const radius = (radiusServerSecret: string) => ({
    radiusServers: [{ radiusServerAddress: '10.0.1.4', radiusServerSecret }],
  });

  it.each<[string, Record<string, unknown>, string[] | undefined]>([
    ['NonAzSkusNotAllowedForVPNGateway', { sku: { name: 'VpnGw1' } }, undefined],
    ['LegacySkusNotAllowedForVPNGateway', { sku: { name: 'Standard' } }, undefined],
    ['InvalidGatewaySku', { sku: { name: 'VpnGw9AZ' } }, undefined],
    ['VpnClientFeatureNotSupportedOnBasicSku', { sku: { name: 'Basic' } }, undefined],
    ['PublicIpWithBasicSkuNotAllowedOnVPNGateways', {}, ['basic']],
    ['VmssVpnGatewayPublicIpsMustHaveZonesConfigured', {}, ['zoneless']],
    ['InvalidResourceReference', {}, ['nowhere']],
    ['ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations', { activeActive: true }, ['pip', 'pip2']],
    [
      'ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations',
      { activeActive: true, ...client({ vpnClientAddressPool: undefined }) },
      ['pip'],
    ],
    ['GatewayMustHaveExactlyOneIpConfiguration', {}, ['pip', 'pip2']],
    ['PublicIPAddressInUse', { activeActive: true }, ['pip', 'pip']],
    [
      'InvalidVpnClientAddressPrefixOrCidr',
      client({ vpnClientAddressPool: { addressPrefixes: ['172.16.201.0'] } }),
      undefined,
    ],
    [
      'VpnClientAddressPoolOverlapsWithVirtualNetwork',
      client({ vpnClientAddressPool: { addressPrefixes: ['10.0.255.0/27'] } }),
      undefined,
    ],
    [
      'VpnClientAddressPoolTooSmall',
      client({ vpnClientAddressPool: { addressPrefixes: ['172.16.201.0/30'] } }),
      undefined,
    ],
    ['SstpProtocolCannotBeEnabled', client({ vpnClientProtocols: ['SSTP', 'IkeV2'] }), undefined],
    ['VpnClientConfigurationRadiusServerSecretIsInvalid', client(radius('ключ')), undefined],
    ['VpnClientConfigurationRadiusServerSecretIsInvalid', client(radius('x'.repeat(129))), undefined],
    [
      'VpnClientConfigurationMultipleAuthenticationTypesNotAllowed',
      client({ aadTenant: 'https://login.microsoftonline.com/t' }),
      undefined,
    ],
  ])('%s', async (code, change, addresses) => {
    const refused = await at.put(gatewayPath(), gatewayBody(change, addresses));
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
    expect(refused.headers['azure-asyncoperation']).toBeUndefined();
    expect((await at.get(gatewayPath())).status).toBe(404);
  });

  it('a second VPN gateway in the network, another type, a used address', async () => {
    const hubWithOne = await readyHub();
    const { put, done } = hubWithOne;
    await done(put(network('publicIPAddresses/pip2'), standardAddress));
    await done(put(gatewayPath(), gatewayBody()));
    const second = await put(network('virtualNetworkGateways/second'), gatewayBody({}, ['pip2']));
    expect(second.body.error.code).toBe('VirtualNetworkAlreadyHasGatewayOfType');
    const policyBased = await put(gatewayPath(), gatewayBody({ vpnType: 'PolicyBased' }));
    expect(policyBased.body.error.code).toBe('VpnTypeCannotBeChanged');
  });

  it('rules hold from the day on which Azure began with them', async () => {
    const before = await readyHub('2025-06-01T00:00:00Z');
    const old = gatewayBody({
      sku: { name: 'VpnGw1' },
      ...client({ vpnClientProtocols: ['SSTP', 'IkeV2'] }),
    });
    expect((await before.put(gatewayPath(), old)).status).toBe(201);
  });

  it('waits for the subnet that is being written', async () => {
    const { put, clock } = azureAt();
    await put(network('publicIPAddresses/pip'), standardAddress);
    clock.advance(10_000);
    await put(network('virtualNetworks/hub/subnets/GatewaySubnet'), {
      properties: { addressPrefix: '10.0.255.0/27' },
    });
    const early = await put(gatewayPath(), gatewayBody());
    expect([early.status, early.body.error.code]).toEqual([429, 'RetryableError']);
    expect(early.body.error.details[0].code).toBe('ReferencedResourceNotProvisioned');
  });
});

describe('what Azure refuses of a subnet', () => {
  const subnet = network('virtualNetworks/hub/subnets/GatewaySubnet');

  it.each([
    ['NetcfgSubnetRangeOutsideVnet', { addressPrefix: '10.1.0.0/27' }],
    ['NetcfgSubnetRangesOverlap', { addressPrefix: '10.0.1.128/27' }],
    ['InvalidAddressPrefixFormat', { addressPrefix: '10.0.255.0' }],
    ['NetcfgInvalidSubnet', { addressPrefix: '10.0.255.0/30' }],
    [
      'NetworkSecurityGroupCannotBeAttachedToGatewaySubnet',
      { addressPrefix: '10.0.255.0/27', networkSecurityGroup: { id: `${subnetId}/../nsg` } },
    ],
  ])('%s', async (code, properties) => {
    const { put } = azureAt();
    const refused = await put(subnet, { properties });
    expect([refused.status, refused.body.error.code]).toEqual([400, code]);
  });

  it('two writes at once, even of different subnets, for both write the network', async () => {
    const { put } = azureAt();
    await put(subnet, { properties: { addressPrefix: '10.0.255.0/27' } });
    const other = await put(network('virtualNetworks/hub/subnets/other'), {
      properties: { addressPrefix: '10.0.2.0/24' },
    });
    expect([other.status, other.body.error.code]).toEqual([409, 'AnotherOperationInProgress']);
  });

  it('a default route under a gateway', async () => {
    const { put, done, azure } = await readyHub();
    const table = `${subnetId.split('/virtualNetworks/')[0]}/routeTables/all`;
    azure.seed([
      { id: table, properties: { routes: [{ name: 'all', properties: { addressPrefix: '0.0.0.0/0' } }] } },
    ]);
    await done(put(subnet, { properties: { addressPrefix: '10.0.255.0/27', routeTable: { id: table } } }));
    const refused = await put(gatewayPath(), gatewayBody());
    expect(refused.body.error.code).toBe('GatewaySubnetRouteTableCannotHaveDefaultRoute');
  });
});

describe('what a gateway keeps and shows', () => {
  const certificate = { name: 'corp', properties: { publicCertData: 'MIIC' } };
  const group = {
    name: 'staff',
    properties: { isDefault: true, priority: 0, policyMembers: [] },
  };

  it('gives certificates, groups and their pools an id, an etag and a state', async () => {
    const { put, get, done } = await readyHub();
    const configuration = {
      name: 'staff-pool',
      properties: { vpnClientAddressPool: { addressPrefixes: ['172.16.9.0/24'] } },
    };
    await done(
      put(
        gatewayPath(),
        gatewayBody({
          virtualNetworkGatewayPolicyGroups: [group],
          ...client({
            vpnClientProtocols: ['OpenVPN'],
            vpnAuthenticationTypes: ['Certificate', 'Radius'],
            vpnClientRootCertificates: [certificate],
            vpnClientRevokedCertificates: [{ name: 'lost', properties: { thumbprint: 'AB' } }],
            vngClientConnectionConfigurations: [configuration],
          }),
        }),
      ),
    );
    const { body } = await get(gatewayPath());
    const p2s = body.properties.vpnClientConfiguration;
    const children = [
      ['vpnClientRootCertificates', p2s.vpnClientRootCertificates[0]],
      ['vpnClientRevokedCertificates', p2s.vpnClientRevokedCertificates[0]],
      ['vngClientConnectionConfigurations', p2s.vngClientConnectionConfigurations[0]],
      ['virtualNetworkGatewayPolicyGroups', body.properties.virtualNetworkGatewayPolicyGroups[0]],
    ];
    for (const [collection, child] of children) {
      expect(child).toMatchObject({
        id: `${gatewayId}/${collection}/${child.name}`,
        etag: body.etag,
        properties: { provisioningState: 'Succeeded' },
      });
    }
    expect(p2s.vpnClientRootCertificates[0].properties.publicCertData).toBe('MIIC');
    // What was read can be written back.
    expect((await put(gatewayPath(), { location: body.location, properties: body.properties })).status).toBe(
      200,
    );
  });

  it('fills in protocols that were left out', async () => {
    const { put, get, done } = await readyHub();
    const { vpnClientProtocols: _, ...left } = gatewayBody().properties.vpnClientConfiguration;
    await done(put(gatewayPath(), gatewayBody({ vpnClientConfiguration: left })));
    expect((await get(gatewayPath())).body.properties.vpnClientConfiguration.vpnClientProtocols).toEqual([
      'OpenVPN',
      'IkeV2',
    ]);
  });

  it('keeps the address for BGP that its owner added, through a write that leaves it out', async () => {
    const { put, get, done } = await readyHub();
    const ipconfigurationId = `${gatewayId}/ipConfigurations/pip-configuration`;
    await done(
      put(
        gatewayPath(),
        gatewayBody({
          bgpSettings: {
            asn: 65010,
            bgpPeeringAddresses: [{ ipconfigurationId, customBgpIpAddresses: ['169.254.21.9'] }],
          },
        }),
      ),
    );
    await done(put(gatewayPath(), gatewayBody()));
    const { bgpSettings } = (await get(gatewayPath())).body.properties;
    expect(bgpSettings).toMatchObject({ asn: 65010, bgpPeeringAddress: '10.0.255.30' });
    expect(bgpSettings.bgpPeeringAddresses[0]).toMatchObject({
      defaultBgpIpAddresses: ['10.0.255.30'],
      customBgpIpAddresses: ['169.254.21.9'],
    });
  });

  it('shows the identity and the private address setting that it was given', async () => {
    const { put, get, done } = await readyHub();
    const identity = { type: 'UserAssigned', userAssignedIdentities: { '/subscriptions/s/one': {} } };
    await done(put(gatewayPath(), { ...gatewayBody({ enablePrivateIpAddress: true }), identity }));
    const { body } = await get(gatewayPath());
    expect([body.identity, body.properties.enablePrivateIpAddress]).toEqual([identity, true]);
  });

  it('lists its connections, whichever group they are in', async () => {
    const far = gatewayId.replace('rg-hub', 'rg-lines');
    const { azure, put, get, done } = await readyHub();
    await done(put(gatewayPath(), gatewayBody()));
    azure.seed([
      {
        id: far.replace('virtualNetworkGateways/vpngw-hub', 'localNetworkGateways/site'),
        properties: { localNetworkAddressSpace: { addressPrefixes: ['172.30.0.0/16'] } },
      },
      {
        id: far.replace('virtualNetworkGateways/vpngw-hub', 'connections/to-site'),
        properties: {
          connectionType: 'IPsec',
          virtualNetworkGateway1: { id: gatewayId },
          sharedKey: 'never shown',
        },
      },
      {
        id: far.replace('virtualNetworkGateways/vpngw-hub', 'connections/to-branch'),
        properties: { connectionType: 'Vnet2Vnet', virtualNetworkGateway2: { id: gatewayId } },
      },
    ]);
    const answer = await get(network('virtualNetworkGateways/vpngw-hub/connections'));
    expect(answer.body.value.map((one: { name: string }) => one.name)).toEqual(['to-site', 'to-branch']);
    expect(JSON.stringify(answer.body)).not.toContain('never shown');
  });
});

describe('a network that uses the gateway of a peer', () => {
  it('gets none of its own', async () => {
    const { azure, put } = await readyHub();
    const network = azure.resource(subnetId.split('/subnets/')[0]!)!;
    network.properties.virtualNetworkPeerings = [
      {
        name: 'to-core',
        id: `${network.id}/virtualNetworkPeerings/to-core`,
        properties: { useRemoteGateways: true },
      },
    ];
    const answer = await put(gatewayPath(), gatewayBody());
    expect([answer.status, answer.body.error.code]).toEqual([400, 'VirtualNetworkUsesRemoteGateways']);
    expect(answer.body.error.message).toContain('virtualNetworkPeerings/to-core');
  });
});

describe('the addresses of an active-active gateway', () => {
  it('agree in their zones', async () => {
    const { put, done } = await readyHub();
    const { zones: _, ...regional } = standardAddress;
    await done(put(network('publicIPAddresses/second'), standardAddress));
    await done(put(network('publicIPAddresses/third'), regional));
    const wish = (third: string) => gatewayBody({ activeActive: true }, ['pip', 'second', third]);
    // For an existing gateway: a new one must have zones everywhere.
    await done(put(network('publicIPAddresses/fourth'), standardAddress));
    await done(put(gatewayPath(), wish('fourth')));
    const answer = await put(gatewayPath(), wish('third'));
    expect([answer.status, answer.body.error.code]).toEqual([
      400,
      'ActiveActiveGatewayPublicIPAddressesDiffersInSkuOrZones',
    ]);
  });
});
