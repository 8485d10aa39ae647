import { strFromU8, unzipSync } from 'fflate';
import type { JsonObject } from '../../simulator/azure/wire/messages.ts';
import { hurried } from '../../simulator/local/hurried.ts';
import { gatewayId, type Stage } from '../flows/stage/stage.ts';

/** What a deployment left behind for those who connect: read where an engineer reads it, and nowhere else. */
export interface Deployed {
  /** Public address and GatewaySubnet, as the ticket was told. */
  readonly publicIp: string;
  readonly gatewaySubnet: string;
  /** Of the client profile: the host to connect to, what is reached through it, whom to trust, and OpenVPN's file. */
  readonly host: string;
  readonly routes: readonly string[];
  readonly rootCertificate: Buffer;
  readonly openVpn: string;
  /** Addresses of the NPS servers, in the order in which the gateway names them, with the secrets of `listRadiusSecrets`. */
  readonly radiusServers: readonly { readonly address: string; readonly secret: string }[];
  /** Pools by group of users, by what NPS sends for it; the one of the default group has no value. */
  readonly pools: readonly { readonly group: string; readonly value?: string; readonly prefix: string }[];
}

export async function deployedBy(story: Stage, id: string): Promise<Deployed> {
  const { result } = await story.deployment(id);
  const files = await clientProfile(story, id);
  const settings = strFromU8(files['Generic/VpnSettings.xml']!);
  const said = (tag: string) => new RegExp(`<${tag}>(.+)</${tag}>`).exec(settings)![1]!;
  return {
    publicIp: result!.publicIpAddresses![0]!,
    gatewaySubnet: result!.gatewaySubnet!,
    host: said('VpnServer'),
    routes: said('Routes').split(','),
    rootCertificate: Buffer.from(files['Generic/VpnServerRoot.cer']!),
    openVpn: strFromU8(files['OpenVPN/vpnconfig.ovpn']!),
    radiusServers: await radiusServers(story),
    pools: pools(story),
  };
}

async function clientProfile(story: Stage, id: string) {
  hurried(story);
  const { body } = await story.call('POST', `deployments/${id}/client-profile`);
  const { bytes } = await story.world.azure.handle({ method: 'GET', url: body.url, headers: {} });
  return unzipSync(bytes!);
}

async function arm({ world }: Stage, method: string, path: string): Promise<JsonObject> {
  const { token } = world.azure.token('https://management.azure.com/');
  const answer = await world.azure.handle({
    method,
    url: `${world.origin}${path}?api-version=2025-01-01`,
    headers: { authorization: `Bearer ${token}` },
  });
  return JSON.parse(answer.body);
}

/** As the gateway holds them now. */
export async function radiusServers(story: Stage): Promise<Deployed['radiusServers']> {
  const { value } = await arm(story, 'POST', `${gatewayId}/listRadiusSecrets`);
  const { properties } = (await arm(story, 'GET', gatewayId)) as JsonObject & { properties: Gateway };
  const secrets = value as { radiusServerAddress: string; radiusServerSecret: string }[];
  return [...properties.vpnClientConfiguration.radiusServers]
    .sort((one, other) => other.radiusServerScore - one.radiusServerScore)
    .map(({ radiusServerAddress: address }) => ({
      address,
      secret: secrets.find((one) => one.radiusServerAddress === address)!.radiusServerSecret,
    }));
}

interface Gateway {
  readonly vpnClientConfiguration: {
    readonly radiusServers: readonly { radiusServerAddress: string; radiusServerScore: number }[];
    readonly vngClientConnectionConfigurations: readonly {
      properties: {
        vpnClientAddressPool: { addressPrefixes: string[] };
        virtualNetworkGatewayPolicyGroups: { id: string }[];
      };
    }[];
  };
  readonly virtualNetworkGatewayPolicyGroups: readonly {
    id: string;
    name: string;
    properties: { isDefault: boolean; policyMembers: { attributeValue: string }[] };
  }[];
}

function pools(story: Stage): Deployed['pools'] {
  const gateway = story.properties(gatewayId) as Gateway;
  return gateway.virtualNetworkGatewayPolicyGroups.map(({ id, name, properties }) => {
    const its = gateway.vpnClientConfiguration.vngClientConnectionConfigurations.find((one) =>
      one.properties.virtualNetworkGatewayPolicyGroups.some(
        (group) => group.id.toLowerCase() === id.toLowerCase(),
      ),
    )!;
    return {
      group: name,
      prefix: its.properties.vpnClientAddressPool.addressPrefixes[0]!,
      ...(!properties.isDefault && { value: properties.policyMembers[0]!.attributeValue }),
    };
  });
}
