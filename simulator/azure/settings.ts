/** How long things take, in seconds of simulated time. */
export interface Durations {
  gatewayCreate: number;
  /**
   * A change of point-to-site, tags and similar settings. A change of SKU or of the ip configurations takes as long as
   * a creation.
   */
  gatewayUpdate: number;
  gatewayDelete: number;
  virtualNetwork: number;
  publicIpAddress: number;
  vpnProfile: number;
  runCommand: number;
  /** A run that only reads NPS (`Operation` Get or Test) and changes nothing. */
  npsTest: number;
  resourceGroupDelete: number;
  other: number;
}

/**
 * Recorded: a gateway 15 to 38 minutes (48 once), a point-to-site change 31 to 153 seconds, a deletion 18 minutes, a
 * virtual network 3 to 56 seconds, a public IP address 0 to 3, a client profile 12 to 22.
 */
export const usualDurations: Durations = {
  gatewayCreate: 40 * 60,
  gatewayUpdate: 2 * 60,
  gatewayDelete: 15 * 60,
  virtualNetwork: 15,
  publicIpAddress: 2,
  vpnProfile: 20,
  runCommand: 6 * 60,
  npsTest: 30,
  resourceGroupDelete: 3 * 60,
  other: 10,
};

export interface Rbac {
  /** Management actions granted, `*` allowed as in a role definition. */
  roleActions: string[];
  notActions: string[];
  /** Data plane actions that are granted. If not given: all of Key Vault's secrets, and sending to the topic. */
  dataActions: string[];
}

/** What an installer reads before it deploys. */
export interface Installation {
  /** Resource providers that are not registered. */
  unregistered: string[];
  /** Regions with Flex Consumption, and those with the Durable Task Scheduler. */
  flexRegions: string[];
  schedulerRegions: string[];
  /** Names that somebody else already has: of storage accounts, vaults and apps. */
  takenNames: string[];
  /** Vaults that are deleted and can be recovered. */
  deletedVaults: string[];
  /** The use and the limit of a quota, by `network` or `storage` and the name of the quota. */
  usages: Record<string, Record<string, [number, number]>>;
}

const usualInstallation = (): Installation => ({
  unregistered: [],
  flexRegions: ['westeurope', 'northeurope', 'uksouth', 'eastus', 'eastus2', 'westus2'],
  schedulerRegions: ['westeurope', 'northeurope', 'eastus', 'westus2'],
  takenNames: [],
  deletedVaults: [],
  usages: {
    network: {
      VirtualNetworks: [2, 1000],
      PublicIPAddresses: [3, 1000],
      StandardSkuPublicIpAddresses: [3, 1000],
    },
    storage: { StorageAccounts: [4, 250] },
  },
});

export interface AzureSettings {
  durations: Durations;
  /**
   * What a gateway PUT without the RADIUS secret does, from api-version 2024-10-01 on, where reads leave it out too. It
   * is not documented and was never recorded. `clears` is the worse case for clients.
   */
  radiusSecretOmitted: 'clears' | 'keeps';
  /** Undefined: everything is allowed for every caller with a token. */
  rbac: Rbac | undefined;
  installation: Installation;
}

export const usualSettings = (): AzureSettings => ({
  durations: { ...usualDurations },
  radiusSecretOmitted: 'clears',
  rbac: undefined,
  installation: usualInstallation(),
});

/**
 * Regions of the simulated Azure, and whether they have availability zones
 * (https://learn.microsoft.com/azure/reliability/regions-list).
 */
export const regions: Readonly<Record<string, { displayName: string; hasZones: boolean }>> = {
  westeurope: { displayName: 'West Europe', hasZones: true },
  northeurope: { displayName: 'North Europe', hasZones: true },
  germanywestcentral: { displayName: 'Germany West Central', hasZones: true },
  uksouth: { displayName: 'UK South', hasZones: true },
  ukwest: { displayName: 'UK West', hasZones: false },
  eastus: { displayName: 'East US', hasZones: true },
  eastus2: { displayName: 'East US 2', hasZones: true },
  eastus2euap: { displayName: 'East US 2 EUAP', hasZones: true },
  westus: { displayName: 'West US', hasZones: false },
  westus2: { displayName: 'West US 2', hasZones: true },
  centralus: { displayName: 'Central US', hasZones: true },
};

/** `West Europe` and `westeurope` are the same region. Answers hold the short form. */
export const regionName = (location: string): string => location.toLowerCase().replaceAll(' ', '');
