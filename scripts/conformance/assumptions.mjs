/**
 * What `simulator/README.md` calls assumed, each with the request that shows whether it is true. For a refusal, the
 * request is wrong in one thing. `with: 'gateway'` needs a gateway, which costs money. An assumption without `look` is
 * reported as not checked, with the reason.
 */
const refusal = (code, wrong, path) => ({
  says: `the code ${code}`,
  codes: [code],
  async look({ send, bodies, gatewayId }) {
    const {
      status,
      code: seen,
      message,
    } = await send('PUT', path?.(bodies) ?? `${gatewayId}-refused`, wrong(bodies));
    if (status < 300)
      return { verdict: 'contradicted', saw: `it was accepted (${status}); the clean-up deletes it` };
    return { verdict: seen === code ? 'confirmed' : 'contradicted', saw: `${status} ${seen}: ${message}` };
  },
});

const changed = (bodies, properties, client) => ({
  ...bodies.gateway,
  properties: {
    ...bodies.gateway.properties,
    ...properties,
    ...(client && {
      vpnClientConfiguration: { ...bodies.gateway.properties.vpnClientConfiguration, ...client },
    }),
  },
});
const sku = (name) => ({ sku: { name, tier: name } });
const ip = (bodies, change) => ({
  ipConfigurations: [{ name: 'default', properties: { ...bodies.configuration, ...change } }],
});

const withoutGateway = [
  refusal('InvalidGatewaySku', (bodies) => changed(bodies, sku('VpnGw9AZ'))),
  refusal('LegacySkusNotAllowedForVPNGateway', (bodies) => changed(bodies, sku('HighPerformance'))),
  refusal('GatewayMustHaveIpConfigurations', (bodies) => changed(bodies, { ipConfigurations: [] })),
  refusal('GatewayIpConfigurationMustHavePublicIp', (bodies) =>
    changed(bodies, ip(bodies, { publicIPAddress: undefined })),
  ),
  refusal('VirtualNetworkGatewaySubnetNameInvalid', (bodies) =>
    changed(bodies, ip(bodies, { subnet: { id: `${bodies.networkId}/subnets/servers` } })),
  ),
  refusal('VpnClientAddressPoolOverlapsWithVirtualNetwork', (bodies) =>
    changed(bodies, {}, { vpnClientAddressPool: { addressPrefixes: ['10.99.8.0/24'] } }),
  ),
  refusal('VpnClientAddressPoolTooSmall', (bodies) =>
    changed(bodies, {}, { vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/30'] } }),
  ),
  refusal('SstpProtocolCannotBeEnabled', (bodies) => changed(bodies, {}, { vpnClientProtocols: ['SSTP'] })),
];

/** These need the gateway that `--gateway` makes: point-to-site with one RADIUS server, and no protocols named. */
const onGateway = [
  {
    says: 'zones: "ZoneRedundant" on AZ gateways',
    async look({ send, gatewayId }) {
      const { body } = await send('GET', gatewayId);
      const saw = JSON.stringify(body.properties.zones ?? null);
      return { verdict: saw === '"ZoneRedundant"' ? 'confirmed' : 'contradicted', saw };
    },
  },
  {
    says: 'protocols which were left out beside an address pool are OpenVPN and IKEv2',
    async look({ send, gatewayId }) {
      const { body } = await send('GET', gatewayId);
      const protocols = body.properties.vpnClientConfiguration?.vpnClientProtocols ?? [];
      const isSo = [...protocols].sort().join() === 'IkeV2,OpenVPN';
      return { verdict: isSo ? 'confirmed' : 'contradicted', saw: protocols.join(', ') || 'none' };
    },
  },
  {
    says: 'If-Match holds on gateways, which have no ETag header',
    async look({ send, bodies, gatewayId }) {
      const read = await send('GET', gatewayId);
      const { status, code } = await send('PUT', gatewayId, bodies.gateway, {
        headers: { 'if-match': '"00000000-0000-0000-0000-000000000000"' },
      });
      const isSo = status === 412 && read.etag === null;
      return {
        verdict: isSo ? 'confirmed' : 'contradicted',
        saw: `ETag header ${read.etag ?? 'none'}; a PUT with another: ${status} ${code ?? ''}`,
      };
    },
  },
  {
    says: 'a PUT that leaves the RADIUS secret out clears it',
    async look({ made, send, bodies, gatewayId }) {
      const [server] = bodies.gateway.properties.vpnClientConfiguration.radiusServers;
      const { radiusServerSecret: _, ...without } = server;
      await made(gatewayId, changed(bodies, {}, { radiusServers: [without] }));
      const { body } = await send('POST', `${gatewayId}/listRadiusSecrets`);
      const held = (body?.value ?? []).some((one) => one.radiusServerSecret === server.radiusServerSecret);
      return {
        verdict: held ? 'contradicted' : 'confirmed',
        saw: held ? 'the secret is still there' : 'the secret is gone',
      };
    },
  },
  {
    ...refusal('VirtualNetworkAlreadyHasGatewayOfType', (bodies) => bodies.gateway),
  },
  {
    ...refusal(
      'VpnTypeCannotBeChanged',
      (bodies) => changed(bodies, { vpnType: 'PolicyBased' }),
      (bodies) => bodies.gatewayId,
    ),
  },
].map((one) => ({ ...one, with: 'gateway' }));

const notLooked = [
  [
    ['GatewaySkuResizeNotAllowed', 'VpnClientFeatureNotSupportedOnBasicSku'],
    'needs a gateway of SKU Basic, which can no longer be made',
  ],
  [['GatewayTypeCannotBeChanged'], 'would need an ExpressRoute SKU on the same gateway'],
  [['GatewayMustHaveExactlyOneIpConfiguration'], 'needs a second public address'],
  [['VirtualNetworkGatewayCannotBeDeleted'], 'needs a connection'],
  [
    ['GatewaySubnetRouteTableCannotHaveDefaultRoute', 'InUseNatGatewayCannotBeDeleted'],
    'needs route tables and NAT gateways',
  ],
  [['SstpAndOpenVpnCannotCoexist'], 'SSTP alone is refused already'],
  [
    ['VpnClientConfigurationMultipleAuthenticationTypesNotAllowed'],
    'needs an Entra tenant that is set up for it',
  ],
  [['VpnClientConfigurationNotFound', 'VpnProfilePackageNotFound'], 'needs a gateway without point-to-site'],
  [['MachineNotConnected'], 'needs an Arc machine that is switched off'],
  [['OperationNotFound', 'InvalidOperationSignature'], 'signed addresses are not recorded'],
  [
    [
      'VirtualNetworkUsesRemoteGateways',
      'VirtualNetworkHasOwnGateway',
      'RemotePeeringDoesNotAllowGatewayTransit',
    ],
    'needs a second network',
  ],
  [['NetcfgInvalidSubnet'], 'needs a network with IPv6'],
].map(([codes, why]) => ({ says: codes.map((code) => `the code ${code}`).join(', '), codes, why }));

const others = [
  ['the event of a write comes when its operation ends', 'needs an event subscription'],
  [
    'a gateway is busy after a write of its tags through the Tags API',
    'the time of an update cannot be told from other delays',
  ],
  ['status 409 for a run command that is put again while it runs', 'needs a machine; nps/verify runs there'],
  ['429 RetryableError while a referenced resource is updating', 'depends on the moment'],
  ['what nps/README.md assumes of NPS', 'run nps/verify/Test-NpsAssumptions.ps1 on the server'],
].map(([says, why]) => ({ says, why }));

export const assumptions = [...withoutGateway, ...onGateway, ...notLooked, ...others];
