import type { ResourceType } from '../arm/resource-types.ts';
import { object } from '../wire/messages.ts';
import { plainResource } from './plain-resources.ts';

const plain = plainResource({
  name: 'networkInterfaces',
  children: ['ipConfigurations'],
  defaults: {
    dnsSettings: { dnsServers: [], appliedDnsServers: [] },
    enableAcceleratedNetworking: false,
    enableIPForwarding: false,
    hostedWorkloads: [],
    tapConfigurations: [],
    nicType: 'Standard',
  },
});

export const networkInterfaces: ResourceType = {
  ...plain,
  view(resource, apiVersion, moment, core, expand) {
    const body = plain.view(resource, apiVersion, moment, core, expand);
    if (apiVersion < '2020-01-01') {
      for (const member of ['hostedWorkloads', 'tapConfigurations', 'nicType'])
        delete object(body.properties)[member];
    }
    return body;
  },
};
