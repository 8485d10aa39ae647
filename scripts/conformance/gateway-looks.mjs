import { isInTheWay, refusal } from './refusals.mjs';

const needsGateway = { with: 'gateway' };
const onGateway = (code, change, client) =>
  refusal(
    code,
    ({ world }) => ({ path: world.gatewayId, body: world.gatewayWith(change, client) }),
    needsGateway,
  );

const verdict = (isSo, saw) => ({ verdict: isSo ? 'confirmed' : 'contradicted', saw });

const group = (name, properties) => ({
  name,
  properties: {
    isDefault: false,
    priority: 10,
    policyMembers: [{ name: 'member', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd01' }],
    ...properties,
  },
});
const policyGroups = (...virtualNetworkGatewayPolicyGroups) => ({ virtualNetworkGatewayPolicyGroups });
const everybody = group('everybody', { isDefault: true });
const finance = group('finance', {
  priority: 20,
  policyMembers: [{ name: 'member', attributeType: 'RadiusAzureGroupId', attributeValue: '6ad1bd02' }],
});

/** The configuration that names a group by the id that the group will have. */
const poolFor = ({ gatewayId }, name, prefix) => ({
  vngClientConnectionConfigurations: [
    {
      name: `pool-${name}`,
      properties: {
        vpnClientAddressPool: { addressPrefixes: [prefix] },
        virtualNetworkGatewayPolicyGroups: [{ id: `${gatewayId}/virtualNetworkGatewayPolicyGroups/${name}` }],
      },
    },
  ],
});

/** Looks at the gateway that `--gateway` makes, in this order. It has point-to-site with one RADIUS server and names no protocols. */
export const gatewayLooks = [
  {
    id: 'zones-zone-redundant',
    async look({ send, world }) {
      const { body } = await send('GET', world.gatewayId);
      const saw = JSON.stringify(body.properties.zones ?? null);
      return verdict(saw === '"ZoneRedundant"', saw);
    },
  },
  {
    id: 'protocols-left-out',
    async look({ send, world }) {
      const { body } = await send('GET', world.gatewayId);
      const protocols = body.properties.vpnClientConfiguration?.vpnClientProtocols ?? [];
      return verdict([...protocols].sort().join() === 'IkeV2,OpenVPN', protocols.join(', ') || 'none');
    },
  },
  {
    id: 'if-match-on-gateways',
    async look({ send, written, world }) {
      const read = await send('GET', world.gatewayId);
      const { status, code } = await written('PUT', world.gatewayId, world.gateway, {
        headers: { 'if-match': '"00000000-0000-0000-0000-000000000000"' },
      });
      return verdict(
        status === 412 && read.etag === null,
        `ETag header ${read.etag ?? 'none'}; a PUT with another: ${status} ${code ?? ''}`,
      );
    },
  },
  refusal('VpnProfilePackageNotFound', ({ world }) => ({
    method: 'POST',
    path: `${world.gatewayId}/getvpnprofilepackageurl`,
  })),
  refusal('VirtualNetworkAlreadyHasGatewayOfType', ({ world }) => ({
    body: world.gatewayWith({
      ipConfigurations: [
        { name: 'default', properties: world.configuration(world.networkId, world.secondAddressId) },
      ],
    }),
  })),
  onGateway('VpnTypeCannotBeChanged', { vpnType: 'PolicyBased' }),
  onGateway('GatewayTypeCannotBeChanged', {
    gatewayType: 'ExpressRoute',
    sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ' },
    vpnClientConfiguration: undefined,
  }),
  onGateway('GatewaySkuResizeNotAllowed', { sku: { name: 'Basic', tier: 'Basic' } }),
  refusal('GatewaySubnetRouteTableCannotHaveDefaultRoute', async ({ world, made }) => {
    const table = world.of('routeTables', 'conformance');
    await made(table, {
      location: world.location,
      properties: {
        routes: [{ name: 'all', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' } }],
      },
    });
    return {
      path: `${world.networkId}/subnets/GatewaySubnet`,
      body: { properties: { addressPrefix: '10.99.255.0/27', routeTable: { id: table } } },
    };
  }),
  onGateway('VirtualNetworkGatewayPolicyGroupsDefaultInvalid', policyGroups(finance)),
  onGateway('PolicyGroupNamesNotDistinct', policyGroups(everybody, finance, { ...finance, name: 'Finance' })),
  onGateway(
    'PolicyMemberAttributeValueInvalid',
    policyGroups(
      everybody,
      group('finance', {
        policyMembers: [{ name: 'member', attributeType: 'RadiusAzureGroupId', attributeValue: 'ffffff02' }],
      }),
    ),
  ),
  onGateway(
    'TooManyPolicyGroups',
    policyGroups(
      everybody,
      ...Array.from({ length: 90 }, (_, at) =>
        group(`group-${at}`, {
          priority: at + 20,
          policyMembers: [
            {
              name: 'member',
              attributeType: 'RadiusAzureGroupId',
              attributeValue: `6ad1bd${(at + 16).toString(16)}`,
            },
          ],
        }),
      ),
    ),
  ),
  refusal('VpnClientAddressPoolsOverlap', ({ world }) => ({
    path: world.gatewayId,
    body: world.gatewayWith(policyGroups(everybody, finance), poolFor(world, 'finance', '172.31.99.0/24')),
  })),
  {
    id: 'busy-after-tags',
    async look({ send, written, settled, world }) {
      const { status, code } = await written(
        'PATCH',
        `${world.gatewayId}/providers/Microsoft.Resources/tags/default`,
        { operation: 'Merge', properties: { tags: { conformance: 'tagged' } } },
        { version: '2021-04-01' },
      );
      if (status >= 300) return { verdict: 'not looked at', saw: `the tags were refused: ${status} ${code}` };
      const { body, at } = await send('GET', world.gatewayId);
      const state = body.properties.provisioningState;
      let ended = at;
      await settled(world.gatewayId, { seen: (_, answer) => (ended = answer.at) });
      return verdict(
        state === 'Updating',
        state === 'Updating'
          ? `Updating for about ${Math.round((ended - at) / 1000)} s`
          : `${state} right after the write`,
      );
    },
  },
  {
    // `event-at-end` is checked with this update of the gateway too.
    id: 'radius-secret-omitted',
    async look({ send, update, world }) {
      const { radiusServerSecret: held, ...without } = world.radiusServer;
      await update(world.gatewayWith({}, { radiusServers: [without] }));
      const { body } = await send('POST', `${world.gatewayId}/listRadiusSecrets`);
      const isHeld = (body?.value ?? []).some(({ radiusServerSecret }) => radiusServerSecret === held);
      return verdict(!isHeld, isHeld ? 'the secret is still there' : 'the secret was removed');
    },
  },
  {
    id: 'groups-in-one-write',
    async look({ written, settled, world }) {
      const body = world.gatewayWith(
        policyGroups(everybody, finance),
        poolFor(world, 'finance', '172.31.98.0/24'),
      );
      const { status, code, message } = await written('PUT', world.gatewayId, body);
      if (isInTheWay({ status, code }))
        return { verdict: 'not looked at', saw: `${status} ${code}: ${message}` };
      if (status >= 300) return verdict(false, `${status} ${code}: ${message}`);
      const { properties } = await settled(world.gatewayId);
      const names = (properties.virtualNetworkGatewayPolicyGroups ?? []).map(({ name }) => name);
      return verdict(names.includes('finance'), `accepted (${status}); groups: ${names.join(', ')}`);
    },
  },
  refusal('PolicyGroupDefaultCannotBeChanged', ({ world }) => ({
    path: world.gatewayId,
    body: world.gatewayWith(
      policyGroups(
        { ...everybody, properties: { ...everybody.properties, isDefault: false } },
        { ...finance, properties: { ...finance.properties, isDefault: true } },
      ),
      poolFor(world, 'finance', '172.31.98.0/24'),
    ),
  })),
  ...peerings(),
  refusal('VirtualNetworkGatewayCannotBeDeleted', async ({ world, made }) => {
    const site = world.of('localNetworkGateways', 'conformance');
    await made(site, {
      location: world.location,
      properties: {
        gatewayIpAddress: '203.0.113.9',
        localNetworkAddressSpace: { addressPrefixes: ['192.168.99.0/24'] },
      },
    });
    await made(world.of('connections', 'conformance'), {
      location: world.location,
      properties: {
        connectionType: 'IPsec',
        virtualNetworkGateway1: { id: world.gatewayId },
        localNetworkGateway2: { id: site },
        sharedKey: world.secret,
      },
    });
    return { method: 'DELETE', path: world.gatewayId };
  }),
].map((one) => ({ ...one, ...needsGateway }));

/** The gateway's network is peered with the other one. At first the other side may not use the gateway, and then it may. */
function peerings() {
  const peering = (from, to, properties) => [
    `${from}/virtualNetworkPeerings/other`,
    { properties: { remoteVirtualNetwork: { id: to }, allowVirtualNetworkAccess: true, ...properties } },
  ];
  return [
    refusal('RemotePeeringDoesNotAllowGatewayTransit', async ({ world, made }) => {
      await made(...peering(world.networkId, world.peerId, {}));
      const [path, body] = peering(world.peerId, world.networkId, { useRemoteGateways: true });
      return { path, body };
    }),
    refusal('VirtualNetworkHasOwnGateway', ({ world }) => {
      const [path, body] = peering(world.networkId, world.peerId, { useRemoteGateways: true });
      return { path, body };
    }),
    refusal('VirtualNetworkUsesRemoteGateways', async ({ world, made }) => {
      await made(...peering(world.networkId, world.peerId, { allowGatewayTransit: true }));
      await made(...peering(world.peerId, world.networkId, { useRemoteGateways: true }));
      return {
        body: world.gatewayWith({
          ipConfigurations: [
            { name: 'default', properties: world.configuration(world.peerId, world.secondAddressId) },
          ],
        }),
      };
    }),
  ];
}
