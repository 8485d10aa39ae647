import { operationUrl, refuseWhileHeld, startOperation } from '../arm/operations.ts';
import type { ResourceType } from '../arm/resource-types.ts';
import type { Call } from '../core.ts';
import { prefixesOf } from '../network/network-shapes.ts';
import { AzureError, empty, json, list, object, text, type WireResponse } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { profileUrl } from './client-profile.ts';
import { gatewayView } from './view.ts';

const type = 'Microsoft.Network/virtualNetworkGateways';

const p2sOf = (gateway: Resource) => object(gateway.properties.vpnClientConfiguration);

function requireP2s(gateway: Resource): void {
  if (prefixesOf(object(p2sOf(gateway).vpnClientAddressPool)).length > 0) return;
  // assumed: VpnClientConfigurationNotFound
  throw new AzureError(
    400,
    'VpnClientConfigurationNotFound',
    `Gateway ${gateway.id} has no VPN client configuration: set an address pool first.`,
    { details: [] },
  );
}

/**
 * Starts to generate a client profile. 202 with the body `null`; the answer comes at the Location and is only a JSON
 * string.
 */
function generateProfile(call: Call, gateway: Resource): WireResponse {
  requireP2s(gateway);
  const profile = profileUrl(call.core, gateway, call.url.origin);
  gateway.properties.lastProfile = profile;
  return startAction(call, gateway, 'generatevpnprofile', call.core.settings.durations.vpnProfile, profile);
}

function startAction(
  call: Call,
  gateway: Resource,
  name: string,
  seconds: number,
  output: unknown,
): WireResponse {
  const operation = startOperation(call, {
    kind: 'action',
    target: gateway.id,
    action: `${type}/${name}/action`,
    namespace: 'Microsoft.Network',
    location: gateway.location ?? '',
    seconds,
    output,
  });
  return json(202, null, {
    Location: operationUrl(call, operation, 'operationResults'),
    ...(call.apiVersion >= '2022-01-01'
      ? { 'Azure-AsyncOperation': operationUrl(call, operation, 'operations') }
      : {}),
    'Retry-After': '10',
  });
}

function radiusSecrets(gateway: Resource): WireResponse {
  const client = p2sOf(gateway);
  const servers = list(client.radiusServers);
  const single = text(client.radiusServerAddress);
  const all = single
    ? [{ radiusServerAddress: single, radiusServerSecret: client.radiusServerSecret }, ...servers]
    : servers;
  return json(200, {
    value: all.map((server) => ({
      radiusServerAddress: server.radiusServerAddress,
      radiusServerSecret: server.radiusServerSecret ?? '',
    })),
  });
}

/** The POST actions of a gateway, by name in lower case. */
export const gatewayActions: ResourceType['actions'] = {
  generatevpnprofile: generateProfile,
  getvpnprofilepackageurl(call, gateway) {
    const last = text(gateway.properties.lastProfile);
    if (last) return startAction(call, gateway, 'getvpnprofilepackageurl', 5, last);
    // assumed: VpnProfilePackageNotFound
    throw new AzureError(
      400,
      'VpnProfilePackageNotFound',
      `No VPN profile package was generated for gateway ${gateway.id}.`,
    );
  },
  listradiussecrets(call, gateway) {
    const { core, correlationId, caller } = call;
    const action = `${type}/listRadiusSecrets/action`;
    core.notify({ id: gateway.id, action, status: 'Succeeded', correlationId, callerId: caller.objectId });
    return radiusSecrets(gateway);
  },
  getvpnclientconnectionhealth: (call, gateway) =>
    startAction(call, gateway, 'getVpnClientConnectionHealth', 5, { vpnClientConnections: [] }),
  reset(call, gateway) {
    refuseWhileHeld(call.core, [gateway.id]);
    const operation = startOperation(call, {
      kind: 'action',
      target: gateway.id,
      action: `${type}/reset/action`,
      namespace: 'Microsoft.Network',
      location: gateway.location ?? '',
      seconds: call.core.settings.durations.gatewayUpdate,
      locks: [gateway.id],
      output: gatewayView(gateway, call.apiVersion, 'read'),
    });
    return empty(202, {
      Location: operationUrl(call, operation, 'operationResults'),
      'Azure-AsyncOperation': operationUrl(call, operation, 'operations'),
      'Retry-After': '10',
    });
  },
};
