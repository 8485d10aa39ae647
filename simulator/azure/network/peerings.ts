import { key } from '../arm/identifiers.ts';
import type { Core } from '../core.ts';
import { badRequest, copy, type JsonObject, list, object, text } from '../wire/messages.ts';
import type { Resource } from '../world.ts';

const remoteOf = (peering: JsonObject): string =>
  text(object(object(peering.properties).remoteVirtualNetwork).id) ?? '';

export function peeringOf(core: Core, networkId: string, child: JsonObject): JsonObject {
  const name = text(child.name) ?? '';
  const properties = object(child.properties);
  const remote = text(object(properties.remoteVirtualNetwork).id) ?? '';
  const other = core.world.resources.get(remote);
  const isAnswered = list(other?.properties.virtualNetworkPeerings).some(
    (peering) =>
      key(text(object(object(peering.properties).remoteVirtualNetwork).id) ?? '') === key(networkId),
  );
  return {
    name,
    id: `${networkId}/virtualNetworkPeerings/${name}`,
    properties: {
      peeringState: isAnswered ? 'Connected' : 'Initiated',
      peeringSyncLevel: isAnswered ? 'FullyInSync' : 'RemoteNotInSync',
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      allowGatewayTransit: false,
      useRemoteGateways: false,
      ...copy(properties),
      // This world may not have the other network. Then the address space is the one that the peering was given.
      remoteAddressSpace: copy(object(other?.properties.addressSpace ?? properties.remoteAddressSpace)),
    },
    type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
  };
}

export function peeringView(peering: JsonObject, network: Resource): JsonObject {
  return {
    ...copy(peering),
    etag: network.etag,
    properties: {
      provisioningState: network.properties.provisioningState,
      resourceGuid: network.properties.resourceGuid,
      ...copy(object(peering.properties)),
    },
  };
}

/** A peering reads Connected on both sides after each side has one. */
export function connectPeers(core: Core, network: Resource): void {
  for (const peering of list(network.properties.virtualNetworkPeerings)) {
    const remote = text(object(object(peering.properties).remoteVirtualNetwork).id) ?? '';
    const other = core.world.resources.get(remote);
    for (const back of list(other?.properties.virtualNetworkPeerings)) {
      const properties = object(back.properties);
      if (key(text(object(properties.remoteVirtualNetwork).id) ?? '') !== key(network.id)) continue;
      for (const side of [properties, object(peering.properties)]) {
        side.peeringState = 'Connected';
        side.peeringSyncLevel = 'FullyInSync';
      }
    }
  }
}

const gatewaysIn = (core: Core, network: Resource): Resource[] =>
  core.world.resources.usersOf(`${network.id}/subnets/GatewaySubnet`).flatMap((user) => {
    const gateway = core.world.resources.get(user.split('/ipConfigurations/')[0] ?? '');
    return gateway ? [gateway] : [];
  });

/**
 * A network uses the gateways of a peer or has its own (azure-docs issue 79948). The peer must have one
 * (`RemoteVnetHasNoGateways` as quoted in hashicorp/terraform issue 30569) and let others use it (sentence of
 * hashicorp/terraform-provider-azurerm issue 2872). Peers outside this world are not checked.
 * Assumed: VirtualNetworkHasOwnGateway, RemotePeeringDoesNotAllowGatewayTransit.
 */
export function checkPeerings(core: Core, network: Resource): void {
  for (const peering of list(network.properties.virtualNetworkPeerings)) {
    if (object(peering.properties).useRemoteGateways !== true) continue;
    const [own] = gatewaysIn(core, network);
    if (own) {
      throw badRequest(
        'VirtualNetworkHasOwnGateway',
        `Peering ${peering.id} cannot have UseRemoteGateways flag set to true because virtual network ${network.id} already has gateway ${own.id}.`,
      );
    }
    const remote = core.world.resources.get(remoteOf(peering));
    if (!remote) continue;
    if (gatewaysIn(core, remote).length === 0) {
      throw badRequest(
        'RemoteVnetHasNoGateways',
        `Peering ${peering.id} cannot have UseRemoteGateway flag set to true because remote virtual network ${remote.id} referenced by the peering does not have any gateways.`,
      );
    }
    const back = list(remote.properties.virtualNetworkPeerings).find(
      (one) => key(remoteOf(one)) === key(network.id),
    );
    if (back && object(back.properties).allowGatewayTransit !== true) {
      throw badRequest(
        'RemotePeeringDoesNotAllowGatewayTransit',
        `Peering ${peering.id} cannot have UseRemoteGateways flag set to true, because corresponding remote peering ${back.id} has AllowGatewayTransit flag set to false.`,
      );
    }
  }
}
