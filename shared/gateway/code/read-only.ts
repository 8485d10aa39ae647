/**
 * What the service says of a gateway and what it stands on, and nobody sets: by the definitions of Microsoft.Network
 * (`readOnly: true` in azure-rest-api-specs), or as recordings show it.
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
