import { randomBytes } from 'node:crypto';

/** What is made in the resource group: ids, and bodies that Azure should accept. The secrets are useless to others. */
export function throwAway({ groupId, location, random = randomBytes }) {
  const of = (type, name) => `${groupId}/providers/Microsoft.Network/${type}/${name}`;
  const networkId = of('virtualNetworks', 'conformance');
  const peerId = of('virtualNetworks', 'conformance-peer');
  const gatewayId = of('virtualNetworkGateways', 'conformance');
  const addressId = of('publicIPAddresses', 'conformance');
  const secret = random(24).toString('hex');
  const network = (prefix) => ({
    location,
    properties: {
      addressSpace: { addressPrefixes: [`${prefix}.0.0/16`] },
      subnets: [
        { name: 'GatewaySubnet', properties: { addressPrefix: `${prefix}.255.0/27` } },
        { name: 'servers', properties: { addressPrefix: `${prefix}.1.0/24` } },
      ],
    },
  });
  const address = {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  };
  const configuration = (ofNetwork = networkId, publicIPAddress = addressId) => ({
    privateIPAllocationMethod: 'Dynamic',
    subnet: { id: `${ofNetwork}/subnets/GatewaySubnet` },
    publicIPAddress: { id: publicIPAddress },
  });
  const radiusServer = {
    radiusServerAddress: '10.99.1.4',
    radiusServerScore: 30,
    radiusServerSecret: secret,
  };
  const gateway = {
    location,
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [{ name: 'default', properties: configuration() }],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.31.99.0/24'] },
        vpnAuthenticationTypes: ['Radius'],
        radiusServers: [radiusServer],
      },
    },
  };
  /** The gateway with other properties, and with other members of its point-to-site configuration. */
  const gatewayWith = (properties, client) => ({
    ...gateway,
    properties: {
      ...gateway.properties,
      ...properties,
      ...(client && {
        vpnClientConfiguration: { ...gateway.properties.vpnClientConfiguration, ...client },
      }),
    },
  });
  return {
    groupId,
    location,
    of,
    networkId,
    peerId,
    gatewayId,
    addressId,
    secondAddressId: of('publicIPAddresses', 'conformance-second'),
    network: network('10.99'),
    peer: network('10.98'),
    address,
    gateway,
    gatewayWith,
    configuration,
    radiusServer,
    secret,
  };
}

/** Made before the first look. A gateway is made only for the looks that need one. */
export async function madeNetworks({ made }, world) {
  const network = await made(world.networkId, world.network);
  await made(world.peerId, world.peer);
  await made(world.addressId, world.address);
  await made(world.secondAddressId, world.address);
  return { operation: network.operation };
}
