/**
 * The actions of the app's identity in the subscriptions that it looks after, and nothing else.
 * `infra/role-actions.json` is made from this list, and a test compares the two. Another test takes each
 * action away in turn and sees a flow fail. Azure's name of each operation is the one in "Azure permissions
 * for Networking", "… Compute" and "… Hybrid + multicloud".
 *
 * Two actions are not in the list. Resource Graph needs none: it answers with everything that the identity
 * may read by its other actions ("Overview of Azure Resource Graph", Permissions).
 * `virtualMachines/instanceView/read` is for the address `…/instanceView`: with `$expand=instanceView` a
 * machine is read by `virtualMachines/read`.
 */
export const roleActions: readonly string[] = [
  // A plan needs the VNet's address space, subnets, peerings and tags. Compliance lists the VNets.
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworks/subnets/read',
  // Creates GatewaySubnet. An existing one is never rewritten, so no action to join a route table or security
  // group is needed.
  'Microsoft.Network/virtualNetworks/subnets/write',
  // The gateway's IP configurations are in that subnet.
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/publicIPAddresses/read',
  'Microsoft.Network/publicIPAddresses/write',
  // The gateway uses the addresses.
  'Microsoft.Network/publicIPAddresses/join/action',
  'Microsoft.Network/virtualNetworkGateways/read',
  'Microsoft.Network/virtualNetworkGateways/write',
  // The VPN client profile, for people who ask for one.
  'Microsoft.Network/virtualNetworkGateways/generatevpnprofile/action',
  // From api-version 2024-10-01 on, reads leave the shared secret out. This action asks whether the gateway
  // holds the secret that is in Key Vault. It is not in Azure's published list of operations; its name
  // follows from the path of the request.
  'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action',
  // An address pool must not overlap the networks behind a site-to-site connection.
  'Microsoft.Network/localNetworkGateways/read',
  // Site-to-site connections may lead to local network gateways and VNets in other groups.
  'Microsoft.Network/virtualNetworkGateways/connections/read',
  // The VNet of a managed group, such as the nodes of an AKS cluster, belongs to another service.
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  // When GatewaySubnet has a default route, or route propagation is off, Azure does not create a gateway in
  // it.
  'Microsoft.Network/routeTables/read',
  // The status of a gateway write, and the result of generatevpnprofile.
  'Microsoft.Network/locations/operations/read',
  'Microsoft.Network/locations/operationResults/read',
  // An NPS server must be running, and its agent must be ready, before a run command is sent to it.
  'Microsoft.Compute/virtualMachines/read',
  // The address of a RADIUS server must be an address of the machine that is named with it.
  'Microsoft.Network/networkInterfaces/read',
  // NPS is configured by a managed run command, which stays on the machine until it is deleted.
  'Microsoft.Compute/virtualMachines/runCommands/read',
  'Microsoft.Compute/virtualMachines/runCommands/write',
  'Microsoft.Compute/virtualMachines/runCommands/delete',
  // The same for NPS servers on premises, which are Azure Arc machines.
  'Microsoft.HybridCompute/machines/read',
  'Microsoft.HybridCompute/machines/runCommands/read',
  'Microsoft.HybridCompute/machines/runCommands/write',
  'Microsoft.HybridCompute/machines/runCommands/delete',
];

/**
 * What a removal needs in addition. It is a separate role, assigned only where removals are wanted:
 * `infra/removal-actions.json`.
 */
export const removalActions: readonly string[] = [
  'Microsoft.Network/virtualNetworkGateways/delete',
  'Microsoft.Network/publicIPAddresses/delete',
  'Microsoft.Network/virtualNetworks/subnets/delete',
];

/** What a removal needs in Key Vault. "Key Vault Secrets Officer" grants it too. */
export const vaultRemovalActions: readonly string[] = [
  'Microsoft.KeyVault/vaults/secrets/delete',
  // A gateway that comes back needs the name of its secret, which the vault keeps.
  'Microsoft.KeyVault/vaults/secrets/recover/action',
];

/**
 * The same for Key Vault. Of the built-in roles, "Key Vault Secrets Officer" is the smallest that grants
 * them.
 */
export const vaultActions: readonly string[] = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  // Stores the shared secret that the app has generated.
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  // Adds tags to a secret that a person stored, to say whose it is. Disables a version that was stored twice.
  'Microsoft.KeyVault/vaults/secrets/update/action',
  // Compliance lists the names, to find secrets that no gateway uses and secrets that are too old.
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
];

/** The same for the topic through which subscribers get events: role "EventGrid Data Sender". */
export const topicActions: readonly string[] = ['Microsoft.EventGrid/events/send/action'];
