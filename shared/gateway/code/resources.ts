import { saidByService } from './read-only.ts';

/** A resource as Resource Manager answers it: what others configured is in it, known to this app or not. */
export interface ArmResource {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: JsonObject;
  readonly [member: string]: unknown;
}

export type JsonObject = { readonly [name: string]: unknown };

/** What makes up a gateway. Public addresses in the order of its ip configurations. */
export interface GatewayResources {
  readonly gateway: ArmResource;
  readonly subnet: ArmResource;
  readonly publicIps: readonly ArmResource[];
}

/** In which secret of Key Vault the shared secret of a RADIUS server is. */
export interface SecretPlace {
  readonly address: string;
  readonly name: string;
  readonly version: string;
}

/** The api-version of the reads and of the Bicep: from 2024-10-01 on no answer holds a RADIUS secret. */
export const apiVersion = '2025-01-01';

/** Besides what it says of gateways: what it sets aside for itself. `id` of a part is its place in the whole. */
const ofTheService = new Set<string>([
  ...saidByService,
  'bgpPeeringAddress',
  'principalId',
  'tenantId',
  'clientId',
]);
const ofAddresses = new Set(['ipConfiguration', 'ipAddress', 'natGateway', 'fqdn']);
const ofSubnets = new Set([
  'ipConfigurations',
  'ipConfigurationProfiles',
  'privateEndpoints',
  'resourceNavigationLinks',
  'serviceAssociationLinks',
  'purpose',
]);
const ofGateways = new Set(['zones']);
/** Also where a service should ever answer one. */
const secret = /secret|password|sharedKey|authorizationKey/i;

/** `natRules` and the like keep their ids as text where they point at each other; a part does not say its own. */
const parts = new Set([
  'ipConfigurations',
  'natRules',
  'virtualNetworkGatewayPolicyGroups',
  'vpnClientRootCertificates',
  'vpnClientRevokedCertificates',
  'vngClientConnectionConfigurations',
]);

/** Of a resource what somebody can have set. */
export function settings(resource: ArmResource): JsonObject {
  const { id, name: _, properties, type: __, ...rest } = resource;
  const own = /\/publicIPAddresses\//i.test(id)
    ? ofAddresses
    : /\/subnets\//i.test(id)
      ? ofSubnets
      : ofGateways;
  const set = Object.entries(properties).filter(([member]) => !own.has(member));
  const dns = properties.dnsSettings as JsonObject | undefined;
  return {
    ...(kept(rest) as JsonObject),
    properties: {
      ...(kept(Object.fromEntries(set)) as JsonObject),
      ...(dns && own === ofAddresses && { dnsSettings: kept(without(dns, ofAddresses)) }),
    },
  };
}

function kept(value: unknown, isPart = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => kept(entry, isPart));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const isOfService =
        ofTheService.has(name) && !(name === 'type' && typeof member === 'string' && isSetType(value));
      if (isOfService || secret.test(name) || member === undefined || member === null) return [];
      if (isPart && name === 'id') return [];
      return [[name, kept(member, parts.has(name) && !isReference(member))]];
    }),
  );
}

/** `type` is set in the properties of a NAT rule and in an identity; that of a part is its resource type. */
const isSetType = (owner: object) => 'mode' in owner || 'userAssignedIdentities' in owner;

/** A policy group has a name; a reference to one is an id and nothing else. */
const isReference = (member: unknown) =>
  Array.isArray(member) &&
  member.length > 0 &&
  member.every((one) => Object.keys(one as object).join() === 'id');

const without = (value: JsonObject, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
