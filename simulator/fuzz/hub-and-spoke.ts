import { hubNetworkId } from '../azure/default-world.ts';
import type { Scenario } from '../azure/scenario.ts';
import { spokeId } from './known-values.ts';

const peering = (from: string, to: string) => ({
  id: `${from}/virtualNetworkPeerings/to`,
  properties: {
    remoteVirtualNetwork: { id: to },
    peeringState: 'Connected',
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: true,
  },
});

/** The hub, and a VNet peered with it. */
export const hubAndSpoke: Scenario = {
  resources: [
    {
      id: spokeId,
      properties: {
        addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
        subnets: [{ name: 'work', properties: { addressPrefix: '10.1.1.0/24' } }],
      },
    },
    peering(hubNetworkId, spokeId),
    peering(spokeId, hubNetworkId),
  ],
};
