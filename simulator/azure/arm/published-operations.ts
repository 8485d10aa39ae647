/**
 * Operations that Microsoft publishes ("Azure permissions for Networking", "… for Compute", "… for Hybrid +
 * multicloud", "… for Management and governance"), for the resources that the simulator knows.
 * `virtualNetworkGateways/listRadiusSecrets/action` is in none of these lists.
 */
const of = (resource: string, ...verbs: readonly string[]) => verbs.map((verb) => `${resource}/${verb}`);

export const publishedOperations: readonly string[] = [
  ...of('Microsoft.Network/virtualNetworks', 'read', 'write', 'delete', 'peer/action', 'join/action'),
  ...of('Microsoft.Network/virtualNetworks/subnets', 'read', 'write', 'delete', 'join/action'),
  ...of('Microsoft.Network/publicIPAddresses', 'read', 'write', 'delete', 'join/action'),
  ...of('Microsoft.Network/virtualNetworkGateways', 'read', 'write', 'delete', 'reset/action'),
  ...of(
    'Microsoft.Network/virtualNetworkGateways',
    'generatevpnclientpackage/action',
    'generatevpnprofile/action',
    'getvpnprofilepackageurl/action',
    'getvpnclientconnectionhealth/action',
    'disconnectvirtualnetworkgatewayvpnconnections/action',
  ),
  'Microsoft.Network/virtualNetworkGateways/connections/read',
  ...of('Microsoft.Network/connections', 'read', 'write', 'delete', 'sharedKey/action'),
  ...of('Microsoft.Network/localnetworkgateways', 'read', 'write', 'delete'),
  ...of('Microsoft.Network/routeTables', 'read', 'write', 'delete', 'join/action'),
  ...of('Microsoft.Network/networkInterfaces', 'read', 'write', 'delete', 'join/action'),
  ...of('Microsoft.Network/networkSecurityGroups', 'read', 'write', 'delete', 'join/action'),
  ...of('Microsoft.Network/locations', 'operations/read', 'operationResults/read', 'usages/read'),
  ...of('Microsoft.Compute/virtualMachines', 'read', 'write', 'delete', 'runCommand/action'),
  ...of('Microsoft.Compute/virtualMachines', 'instanceView/read'),
  ...of('Microsoft.Compute/virtualMachines/runCommands', 'read', 'write', 'delete'),
  ...of('Microsoft.HybridCompute/machines', 'read', 'write', 'delete'),
  ...of('Microsoft.HybridCompute/machines/runcommands', 'read', 'write', 'delete'),
  ...of('Microsoft.Resources/subscriptions/resourceGroups', 'read', 'write', 'delete'),
];
