import { list, object } from '../../azure/wire/messages.ts';
import type { RadiusClient } from '../../nps/state.ts';
import { byHand } from '../../rehearsal/estate.ts';
import { type Estate, type NetworkName, networks } from './estate.ts';

/** Somebody makes a subnet in a free place of the network. */
export async function foreignSubnet(estate: Estate, name: NetworkName): Promise<number> {
  const { id, prefix } = networks[name];
  const number = ++estate.count;
  const body = { properties: { addressPrefix: `${prefix}.${20 + number}.0/24` } };
  const subnetId = `${id}/subnets/others-${number}`;
  const { status } = await byHand(estate.local.world, { method: 'PUT', id: subnetId, body });
  if (status < 300) estate.foreign.set(`subnet ${subnetId}`, body.properties.addressPrefix);
  return status;
}

/** Somebody adds a RADIUS client of theirs to both servers. */
export async function foreignClients(estate: Estate): Promise<string> {
  const number = ++estate.count;
  for (const name of ['nps-01', 'nps-02'])
    estate.local.world.npsServers.get(name)!.change((nps) => {
      const added: RadiusClient = {
        name: `switch ${number}`,
        address: `10.0.${100 + number}.4`,
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
        secret: `held-by-switch-${number}`,
      };
      nps.radiusClients.push(added);
    });
  return 'done';
}

/** What belongs to others on an NPS server, as it stands. */
export function foreignOn(estate: Estate, name: string): unknown {
  const { radiusClients, networkPolicies } = estate.local.world.npsServers.get(name)!.state();
  return {
    radiusClients: radiusClients.filter((client) => !client.name.startsWith('vpngw-')),
    policies: networkPolicies
      .filter((policy) => !isOurs(policy.name))
      .map(({ order: _, ...policy }) => policy),
  };
}

const isOurs = (policy: string) =>
  /vpngw-|^Connections to Microsoft Routing and Remote Access server$/.test(policy);

/** A subnet's prefix as the network has it now; undefined when it is gone. */
export function prefixOf({ local }: Estate, subnetId: string): unknown {
  const network = local.world.azure.resource(subnetId.slice(0, subnetId.indexOf('/subnets/')));
  const subnet = list(network?.properties.subnets).find(({ name }) => subnetId.endsWith(`/${String(name)}`));
  return object(subnet?.properties).addressPrefix;
}
