import { sameId } from '../../shared/core/resource-id.ts';
import type { Removal } from '../../shared/deployment/contract.ts';
import { type RemovalFacts, recordedAs } from '../../shared/deployment/removal/facts.ts';
import { recordedHosts } from '../../shared/deployment/removal/nps-servers.ts';
import type {
  Archive,
  NpsServers,
  PublicIpAddresses,
  Secrets,
  VirtualNetworks,
  VpnGateways,
} from '../../shared/ports.ts';
import { deployedGateways } from '../records/deployed.ts';
import { readForSure } from './for-sure.ts';
import { gatewayRecords } from './records.ts';

export interface RemovalNeeds extends Archive {
  readonly virtualNetworks: VirtualNetworks;
  readonly publicIps: PublicIpAddresses;
  readonly gateways: VpnGateways;
  readonly npsServers: NpsServers;
  readonly secrets: Secrets;
}

/** Reads the records, Azure, the NPS hosts and Key Vault, and writes nothing. It reads no value of a secret. */
export async function readRemovalFacts(
  needs: RemovalNeeds,
  virtualNetworkId: string,
  { gatewayId }: Pick<Removal, 'gatewayId'>,
): Promise<RemovalFacts> {
  const { virtualNetworks, publicIps, gateways, npsServers, secrets, rows } = needs;
  const records = await gatewayRecords(needs, virtualNetworkId, gatewayId);
  const names = recordedAs(records, 'secret').map(({ made }) => made.id);
  const [virtualNetwork, gateway, addresses, inVault, npsHosts, deployed] = await Promise.all([
    virtualNetworks.read(virtualNetworkId),
    readForSure(() => gateways.read(gatewayId)),
    Promise.all(
      recordedAs(records, 'publicIp').map(({ made }) => readForSure(() => publicIps.read(made.id))),
    ),
    Promise.all([...new Set(names)].map(async (name) => ({ name, versions: await secrets.versions(name) }))),
    Promise.all(
      recordedHosts(records).map(async (id) => {
        const status = await npsServers.readHost(id);
        return { id, ...(status && { status }) };
      }),
    ),
    deployedGateways(rows),
  ]);
  return {
    ...records,
    virtualNetworkId,
    gatewayId,
    ...(virtualNetwork && { virtualNetwork }),
    ...(gateway && { gateway }),
    connected: gateway ? await gateways.connectedNetworks(gateway.id) : [],
    publicIps: addresses.filter((address) => address !== undefined),
    secrets: inVault.filter(({ versions }) => versions.length > 0),
    npsHosts,
    others: [...deployed.values()]
      .filter((other) => !sameId(other.gatewayId, gatewayId))
      .map((other) => ({
        gatewayId: other.gatewayId,
        secretNames: other.secrets.map(({ name }) => name),
        hosts: (other.asked.radius.servers ?? []).map(({ host }) => host),
      })),
  };
}
