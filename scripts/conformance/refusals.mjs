/** An answer that says nothing about the request: throttled, failed, or not allowed for the caller. */
export const isInTheWay = ({ status, code }) =>
  [401, 408, 429].includes(status) || status >= 500 || /AuthorizationFailed|DisallowedByPolicy/.test(code);

/** Each refusal is checked with a request that is wrong in one thing. */
export const refusal = (code, request, more = {}) => ({
  id: code,
  ...more,
  async look(context) {
    const {
      method = 'PUT',
      path = `${context.world.gatewayId}-refused`,
      body,
      version,
    } = await request(context);
    const { status, code: seen, message } = await context.written(method, path, body, { version });
    if (status < 300)
      return { verdict: 'contradicted', saw: `it was accepted (${status}). It is deleted at the end` };
    const saw = `${status} ${seen}: ${message}`;
    if (isInTheWay({ status, code: seen })) return { verdict: 'not looked at', saw };
    return { verdict: seen === code ? 'confirmed' : 'contradicted', saw };
  },
});

const gatewayWith = (code, change, client) =>
  refusal(code, ({ world }) => ({ body: world.gatewayWith(change(world), client) }));
const sku = (name) => () => ({ sku: { name, tier: name } });
const configured = (change) => (world) => ({
  ipConfigurations: [{ name: 'default', properties: { ...world.configuration(), ...change(world) } }],
});

/** Sent before there is a gateway, because a gateway would be another reason to refuse. */
export const refusals = [
  gatewayWith('InvalidGatewaySku', sku('VpnGw9AZ')),
  gatewayWith('LegacySkusNotAllowedForVPNGateway', sku('HighPerformance')),
  gatewayWith('VpnClientFeatureNotSupportedOnBasicSku', sku('Basic')),
  gatewayWith('GatewayMustHaveIpConfigurations', () => ({ ipConfigurations: [] })),
  gatewayWith(
    'GatewayIpConfigurationMustHavePublicIp',
    configured(() => ({ publicIPAddress: undefined })),
  ),
  gatewayWith('GatewayMustHaveExactlyOneIpConfiguration', (world) => ({
    ipConfigurations: [
      { name: 'default', properties: world.configuration() },
      { name: 'second', properties: world.configuration(world.networkId, world.secondAddressId) },
    ],
  })),
  gatewayWith(
    'VirtualNetworkGatewaySubnetNameInvalid',
    configured(({ networkId }) => ({ subnet: { id: `${networkId}/subnets/servers` } })),
  ),
  gatewayWith('VpnClientAddressPoolOverlapsWithVirtualNetwork', () => ({}), {
    vpnClientAddressPool: { addressPrefixes: ['10.99.8.0/24'] },
  }),
  gatewayWith('VpnClientAddressPoolTooSmall', () => ({}), {
    vpnClientAddressPool: { addressPrefixes: ['172.31.0.0/30'] },
  }),
  gatewayWith('SstpProtocolCannotBeEnabled', () => ({}), { vpnClientProtocols: ['SSTP'] }),
  refusal('NetcfgInvalidSubnet', ({ world }) => ({
    path: world.of('virtualNetworks', 'conformance-refused'),
    body: {
      location: world.location,
      properties: {
        addressSpace: { addressPrefixes: ['10.97.0.0/16', 'fd00:97::/48'] },
        subnets: [{ name: 'servers', properties: { addressPrefixes: ['10.97.1.0/24', 'fd00:97::/56'] } }],
      },
    },
  })),
  refusal('OperationNotFound', ({ operation }) => ({
    method: 'GET',
    path: operation.replace(
      /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\?)/i,
      '00000000-0000-4000-8000-000000000000',
    ),
  })),
  refusal('InvalidOperationSignature', ({ operation }) => ({
    method: 'GET',
    path: operation.replace(/&[tcsh]=[^&]*/g, ''),
  })),
  refusal('InUseNatGatewayCannotBeDeleted', async ({ world, made }) => {
    const nat = world.of('natGateways', 'conformance');
    await made(nat, { location: world.location, sku: { name: 'Standard' }, properties: {} });
    await made(`${world.peerId}/subnets/servers`, {
      properties: { addressPrefix: '10.98.1.0/24', natGateway: { id: nat } },
    });
    return { method: 'DELETE', path: nat };
  }),
];
