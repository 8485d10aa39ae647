import type { JsonObject } from '../azure/wire/messages.ts';
import { isObject, list, object, text } from '../azure/wire/messages.ts';
import {
  type AuthenticationMethod,
  freshNpsServer,
  type MfaExtension,
  type NetworkPolicy,
  type NpsServerState,
  type RadiusClient,
} from '../nps/state.ts';

/** The value of a shared secret in an export: exports hold no secrets, so both sides count as having the same one. */
export const secretAsExported = 'as-exported';

/**
 * One NPS server of a scenario, in one of two forms: members of the simulator's own state, or the answer of
 * `Get-VpnNpsConfiguration` (the whole line, or its `state`). Throws with the names of members that belong to neither
 * form.
 */
export function npsStateOf(server: string, given: unknown): Partial<NpsServerState> {
  if (!isObject(given)) throw new Error(`npsStates.${server} must be an object.`);
  const state = isObject(given.state) ? given.state : given;
  if (isObject(state.server)) return fromExport(state);
  const known = Object.keys(freshNpsServer(server));
  const unknown = Object.keys(state).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `npsStates.${server} has unknown members: ${unknown.join(', ')}. Known are: ${known.join(', ')}.`,
    );
  }
  return {
    ...(state as Partial<NpsServerState>),
    ...(state.radiusClients !== undefined && { radiusClients: list(state.radiusClients).map(clientOf) }),
    ...(state.mfa !== undefined && { mfa: { ...freshNpsServer(server).mfa, ...object(state.mfa) } }),
  };
}

function clientOf(given: JsonObject): RadiusClient {
  return {
    vendor: 'RADIUS Standard',
    enabled: true,
    authAttributeRequired: false,
    secret: secretAsExported,
    ...given,
    name: text(given.name) ?? '',
    address: text(given.address) ?? '',
  };
}

function fromExport(state: JsonObject): Partial<NpsServerState> {
  const server = object(state.server);
  const fresh = freshNpsServer(text(server.name) ?? '');
  const flag = (value: unknown, otherwise: boolean) => (typeof value === 'boolean' ? value : otherwise);
  const audit = object(state.audit);
  const blastRadius = object(state.blastRadius);
  return {
    os: text(server.os) ?? fresh.os,
    npasInstalled: flag(server.npasInstalled, true),
    serviceRunning: flag(server.serviceRunning, true),
    sidTypeUnrestricted: flag(server.sidTypeUnrestricted, true),
    firewallOpen: flag(state.firewallOpen, true),
    radiusClients: list(state.radiusClients).map(({ secretProof: _, singleAddresses: __, ...client }) =>
      clientOf(client),
    ),
    networkPolicies: policiesOf(state, fresh.networkPolicies),
    mfa: mfaOf(object(state.mfa), fresh.mfa),
    blastRadius: {
      limitProxyState: flag(blastRadius.limitProxyState, false),
      requireMessageAuthenticator: flag(blastRadius.requireMessageAuthenticator, false),
    },
    audit: { success: flag(audit.success, true), failure: flag(audit.failure, true) },
  };
}

/**
 * All policies when the export lists them. Otherwise the two policies that are part of NPS, with the one that the
 * export is about.
 */
function policiesOf(state: JsonObject, defaults: NetworkPolicy[]): NetworkPolicy[] {
  if (Array.isArray(state.networkPolicies)) return list(state.networkPolicies).map(policyFrom(defaults));
  const told = object(state.networkPolicy);
  if (told.exists !== true) return defaults;
  const policy = policyFrom(defaults)(told);
  const others = defaults.filter(({ name }) => name !== policy.name);
  return [...others.slice(0, policy.order - 1), policy, ...others.slice(policy.order - 1)].map(
    (one, index) => ({ ...one, order: index + 1 }),
  );
}

const policyFrom =
  (defaults: NetworkPolicy[]) =>
  (told: JsonObject): NetworkPolicy => {
    const known = defaults.find(({ name }) => name === told.name) ?? defaults[0]!;
    return {
      name: text(told.name) ?? known.name,
      enabled: told.enabled !== false,
      order: typeof told.order === 'number' && told.order > 0 ? told.order : 1,
      grant: told.grant === true,
      authenticationMethods: Array.isArray(told.authenticationMethods)
        ? (told.authenticationMethods as AuthenticationMethod[])
        : known.authenticationMethods,
      conditions: Array.isArray(told.conditions) ? told.conditions.map(String) : known.conditions,
    };
  };

function mfaOf(told: JsonObject, fresh: MfaExtension): MfaExtension {
  const { endpointsReachable, certificate, ...members } = told;
  const stated = Object.fromEntries(
    Object.entries(members).filter(([name, value]) => name in fresh && value !== undefined),
  );
  return {
    ...fresh,
    ...stated,
    certificate: isObject(certificate) ? (certificate as MfaExtension['certificate']) : null,
    ipWhitelist: text(told.ipWhitelist) ?? '',
    unreachableEndpoints:
      endpointsReachable === false
        ? ['login.microsoftonline.com', 'strongauthenticationservice.auth.microsoft.com']
        : [],
  };
}
