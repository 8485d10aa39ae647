/**
 * Properties of a gateway, and of the resources that it uses, that only the service sets: by the definitions of
 * Microsoft.Network (`readOnly: true` in azure-rest-api-specs), or as recordings show.
 */
export const saidByService = [
  'type',
  'etag',
  'provisioningState',
  'resourceGuid',
  'inboundDnsForwardingEndpoint',
  'privateIPAddress',
  'capacity',
  'defaultBgpIpAddresses',
  'tunnelIpAddresses',
  'vpnClientConnectionHealth',
  'virtualNetworkGatewayMigrationStatus',
  'packetCaptureDiagnosticState',
  'isMigrateToCSES',
  'isMigratedLegacySKU',
  'blockUpgradeOfMigratedLegacyGateways',
] as const;
