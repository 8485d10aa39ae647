import { type Estate, type NetworkName, networks } from './estate.ts';
import { foreignClients, foreignSubnet } from './foreign.ts';

/** What others do by hand: to what is theirs, which must stay so, and to what is the app's. */
export const edits = {
  'adds a subnet': (estate, name) => foreignSubnet(estate, name),
  'adds a RADIUS client': (estate) => foreignClients(estate),
  'sets custom routes on the gateway': async ({ local, foreign }, name) => {
    const gateway = local.world.azure.resource(networks[name].gatewayId);
    if (!gateway) return 'there is none';
    gateway.properties.customRoutes = { addressPrefixes: [`172.31.${name.length}.0/24`] };
    foreign.set(
      `custom routes of ${networks[name].gatewayId}`,
      structuredClone(gateway.properties.customRoutes),
    );
    return 'done';
  },
  "takes the gateway's RADIUS clients off nps-01": async ({ local }) =>
    local.world.npsServers.get('nps-01')!.change((nps) => {
      nps.radiusClients = nps.radiusClients.filter((client) => !client.name.startsWith('vpngw-'));
    }),
  'disables all policies on nps-02': async ({ local }) =>
    local.world.npsServers.get('nps-02')!.change((nps) => {
      for (const policy of nps.networkPolicies) policy.enabled = false;
    }),
} as const satisfies Record<string, (estate: Estate, network: NetworkName) => Promise<unknown>>;
