import { saidByService } from './read-only.ts';

/**
 * A resource as Resource Manager answers it, with everything that others configured, also what this app does not know.
 */
export interface ArmResource {
  readonly id: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly properties: JsonObject;
  readonly [member: string]: unknown;
}

export type JsonObject = { readonly [name: string]: unknown };

/** The resources that make up a gateway. Public addresses are in the order of its ip configurations. */
export interface GatewayResources {
  readonly gateway: ArmResource;
  readonly subnet: ArmResource;
  readonly publicIps: readonly ArmResource[];
}

/** The Key Vault secret that holds the shared secret of a RADIUS server. */
export interface SecretPlace {
  readonly address: string;
  readonly name: string;
  readonly version: string;
}

/** The api-version of the reads and of the Bicep: from 2024-10-01 on no answer holds a RADIUS secret. */
export const apiVersion = '2025-01-01';

/**
 * In addition to the read-only properties of gateways: what the service keeps for itself. `id` of a part is its place
 * in the whole.
 */
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
/** Left out even if a service should answer with one. */
const secret = /secret|password|sharedKey|authorizationKey/i;

/**
 * The lists whose entries are parts. Ids stay where parts point at each other, as `natRules` do; the id of the part
 * itself is left out.
 */
const parts = new Set([
  'ipConfigurations',
  'natRules',
  'virtualNetworkGatewayPolicyGroups',
  'vpnClientRootCertificates',
  'vpnClientRevokedCertificates',
  'vngClientConnectionConfigurations',
]);

/** The settings of a resource that somebody can set. */
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
      ...(dns && own === ofAddresses && { dnsSettings: kept(withoutMembers(dns, ofAddresses)) }),
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

/**
 * `type` is a setting in the properties of a NAT rule, in an identity and in an extended location. In any other part, it
 * is the resource type.
 */
const isSetType = (owner: { readonly type?: unknown }) =>
  'mode' in owner || 'userAssignedIdentities' in owner || owner.type === 'EdgeZone';

/** A policy group has a name. A reference to one has only an id. */
const isReference = (member: unknown) =>
  Array.isArray(member) &&
  member.length > 0 &&
  member.every((one) => Object.keys(one as object).join() === 'id');

const withoutMembers = (value: JsonObject, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
