import { stops, warning, well } from './finding.mjs';

const short = (name) => name.toLowerCase().replaceAll(' ', '');

/** Whether the region has what is deployed, and whether the subscription has room for it. */
export function regionLooks(installation) {
  const { subscriptionId, location, backend, hasOwnNetwork } = installation;
  const flex = {
    what: `Flex Consumption in ${location}`,
    command: 'az functionapp list-flexconsumption-locations --query "[].name"',
    async look(azure) {
      const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption`;
      const regions = (await azure.list(path, '2024-11-01')).map(({ name }) => name);
      if (regions.some((name) => short(name) === location)) return [well(`${location} has Flex Consumption`)];
      return [
        stops(
          `${location} has no Flex Consumption. Regions that have it: ${regions.join(', ')}.`,
          this.command,
        ),
      ];
    },
  };
  const scheduler = {
    what: `Durable Task Scheduler in ${location}`,
    command:
      'az provider show --namespace Microsoft.DurableTask --query "resourceTypes[?resourceType==\'schedulers\'].locations[]"',
    async look(azure) {
      const provider = await azure.get(
        `/subscriptions/${subscriptionId}/providers/Microsoft.DurableTask`,
        '2021-04-01',
      );
      const type = provider?.resourceTypes?.find(({ resourceType }) => short(resourceType) === 'schedulers');
      if (!type) throw new Error('The provider names no regions of schedulers.');
      if (type.locations.some((name) => short(name) === location))
        return [well(`${location} has the Durable Task Scheduler`)];
      return [
        stops(
          `${location} has no Durable Task Scheduler. Regions that have it: ${type.locations.join(', ')}. You can also keep the state in storage.`,
          'azd env set DURABLE_BACKEND azureStorage',
        ),
      ];
    },
  };
  const quota = (namespace, version, command, wanted) => ({
    what: `quotas of ${namespace} in ${location}`,
    command,
    async look(azure) {
      const path = `/subscriptions/${subscriptionId}/providers/${namespace}/locations/${location}/usages`;
      const usages = await azure.list(path, version);
      return wanted.map(({ quota: name, room, otherwise }) => {
        const usage = usages.find(({ name: { value } }) => value === name);
        if (!usage) return warning(`Azure shows no quota ${name} in ${location}.`, command);
        const left = usage.limit - usage.currentValue;
        const told = `${name} in ${location}: ${usage.currentValue} of ${usage.limit} are used`;
        return left >= room ? well(told) : otherwise(`${told}.`, command);
      });
    },
  });
  return [
    flex,
    ...(backend === 'durableTaskScheduler' ? [scheduler] : []),
    quota(
      'Microsoft.Network',
      '2024-05-01',
      `az network list-usages --location ${location} --subscription ${subscriptionId} --output table`,
      [
        ...(hasOwnNetwork
          ? [
              {
                quota: 'VirtualNetworks',
                room: 1,
                otherwise: (text, command) =>
                  stops(
                    `${text} The app's VNet needs one. Request a higher quota in the portal (Quotas), or give functionSubnetId.`,
                    command,
                  ),
              },
            ]
          : []),
        {
          quota: 'StandardSkuPublicIpAddresses',
          room: 3,
          otherwise: (text, command) =>
            warning(
              `${text} Each gateway needs one to three. Request a higher quota in the portal (Quotas).`,
              command,
            ),
        },
      ],
    ),
    quota(
      'Microsoft.Storage',
      '2023-05-01',
      `az storage account show-usage --location ${location} --subscription ${subscriptionId}`,
      [
        {
          quota: 'StorageAccounts',
          room: 1,
          otherwise: (text, command) =>
            stops(`${text} The app needs one. Request a higher quota in the portal (Quotas).`, command),
        },
      ],
    ),
  ];
}
