/**
 * What the app's identity may do in the subscriptions that it looks after, and nothing else: `infra/role-actions.json` is
 * made of this list, and a test holds one against the other. Another test takes each away in turn and sees a flow fail.
 * Azure's name of each operation is the one of "Azure permissions for Networking", "… Compute" and "… Hybrid + multicloud".
 *
 * Not among them: an action for Resource Graph, which answers with whatever the asker may read by its other actions
 * ("Overview of Azure Resource Graph", Permissions); and `virtualMachines/instanceView/read`, which is for the address
 * `…/instanceView`: with `$expand=instanceView` a machine is read by `virtualMachines/read`.
 */
export const roleActions: readonly string[] = [
  // A plan needs the VNet's address space, subnets, peerings and tags; compliance lists them.
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworks/subnets/read',
  // Creates GatewaySubnet. An existing one is never rewritten, so no route table or security group has to be joined.
  'Microsoft.Network/virtualNetworks/subnets/write',
  // The gateway's IP configurations stand in that subnet.
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/publicIPAddresses/read',
  'Microsoft.Network/publicIPAddresses/write',
  // The gateway takes the addresses.
  'Microsoft.Network/publicIPAddresses/join/action',
  'Microsoft.Network/virtualNetworkGateways/read',
  'Microsoft.Network/virtualNetworkGateways/write',
  // The VPN client profile, for whoever asks for one.
  'Microsoft.Network/virtualNetworkGateways/generatevpnprofile/action',
  // From api-version 2024-10-01 on, reads leave the shared secret out: whether the gateway holds the one in Key Vault is
  // asked here. Not in Azure's published list of operations; the name follows from the path of the request.
  'Microsoft.Network/virtualNetworkGateways/listRadiusSecrets/action',
  // An address pool must not overlap what is reached through a site-to-site connection.
  'Microsoft.Network/localNetworkGateways/read',
  // Site-to-site connections may lead to local network gateways and VNets in other groups.
  'Microsoft.Network/virtualNetworkGateways/connections/read',
  // The VNet of a managed group, such as the nodes of an AKS cluster, belongs to another service.
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  // A default route, or propagation switched off, on GatewaySubnet keeps a gateway from being created.
  'Microsoft.Network/routeTables/read',
  // The status of a gateway write, and the result of generatevpnprofile.
  'Microsoft.Network/locations/operations/read',
  'Microsoft.Network/locations/operationResults/read',
  // An NPS server has to run, with its agent ready, before it is sent a run command.
  'Microsoft.Compute/virtualMachines/read',
  // The address of a RADIUS server must be one of the machine that is named with it.
  'Microsoft.Network/networkInterfaces/read',
  // NPS is configured by a managed run command, which stays on the machine until it is deleted.
  'Microsoft.Compute/virtualMachines/runCommands/read',
  'Microsoft.Compute/virtualMachines/runCommands/write',
  'Microsoft.Compute/virtualMachines/runCommands/delete',
  // The same for NPS servers on premises, as Azure Arc machines.
  'Microsoft.HybridCompute/machines/read',
  'Microsoft.HybridCompute/machines/runCommands/read',
  'Microsoft.HybridCompute/machines/runCommands/write',
  'Microsoft.HybridCompute/machines/runCommands/delete',
];

/** What a removal needs besides, in a role of its own that is only assigned where removals are wanted: `infra/removal-actions.json`. */
export const removalActions: readonly string[] = [
  'Microsoft.Network/virtualNetworkGateways/delete',
  'Microsoft.Network/publicIPAddresses/delete',
  'Microsoft.Network/virtualNetworks/subnets/delete',
];

/** What a removal needs at Key Vault; "Key Vault Secrets Officer" grants it too. */
export const vaultRemovalActions: readonly string[] = [
  'Microsoft.KeyVault/vaults/secrets/delete',
  // A gateway that comes back needs the name of its secret, which the vault keeps.
  'Microsoft.KeyVault/vaults/secrets/recover/action',
];

/** The same at Key Vault. Of the built-in roles, "Key Vault Secrets Officer" is the least that grants them. */
export const vaultActions: readonly string[] = [
  'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  // Stores the shared secret that it has generated.
  'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  // Tags a secret that a person stored with whose it is; disables a version that was stored twice.
  'Microsoft.KeyVault/vaults/secrets/update/action',
  // Compliance lists the names, to find secrets that no gateway uses and that are too old.
  'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
];

/** The same at the topic that subscribers are told by: role "EventGrid Data Sender". */
export const topicActions: readonly string[] = ['Microsoft.EventGrid/events/send/action'];
