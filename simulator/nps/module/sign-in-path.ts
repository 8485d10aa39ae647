import { probeClientName } from '../../../shared/nps/desired-state.ts';
import type { SignInGate } from '../../../shared/nps/result.ts';
import { deciding } from '../conditions.ts';
import type { NpsServerState, RequestPolicy } from '../state.ts';
import type { DesiredClient, DesiredState } from './desired-state.ts';
import { type Difference, finding } from './difference.ts';
import { withoutGroupPolicies } from './group-policies.ts';
import { asksForCodes } from './mfa-rules.ts';
import { gatewayRequest, missingMethods } from './network-policy-rules.ts';
import { covers, narrowerClients, sameAddress, standingFor, usableAddresses } from './radius-client-rules.ts';
import { closedTo, hasSidType } from './server-rules.ts';

interface Gate {
  readonly refusedBy: SignInGate;
  readonly why: string;
}

export interface Path {
  readonly client: string;
  readonly tunnel: 'IkeV2' | 'OpenVPN';
  readonly vendor311: boolean;
  readonly policy?: string;
  readonly refusedBy?: SignInGate;
  readonly why?: string;
  readonly unknown?: readonly SignInGate[];
}

const gate = (refusedBy: SignInGate, why: string): Gate => ({ refusedBy, why });

/** How far a request of each gateway gets, in the same way as `nps/private/policies/sign-in-path.ps1` reports it. */
export function signInPaths(
  state: NpsServerState,
  desired: DesiredState,
  secret: string | undefined,
  now: Date,
): Path[] {
  return desired.radiusClients
    .filter(({ name }) => name !== probeClientName)
    .flatMap((wish) => {
      const before = serverGate(state, wish) ?? clientGate(state, desired, wish, secret);
      return desired.networkPolicy.authenticationMethods.flatMap((method) =>
        [true, false].map((vendor311): Path => {
          const path = {
            client: wish.name,
            tunnel: method === 'PAP' ? ('OpenVPN' as const) : ('IkeV2' as const),
            vendor311,
          };
          return { ...path, ...(before ?? policyGate(state, desired, wish, method, vendor311, now)) };
        }),
      );
    });
}

function serverGate(state: NpsServerState, wish: DesiredClient): Gate | undefined {
  if (!state.npasInstalled || !state.serviceRunning) return gate('service', 'NPS does not run.');
  if (!state.ports.includes(1812)) {
    return gate('ports', `NPS listens on ${state.ports.join(', ')}; the gateway sends its requests to 1812.`);
  }
  if (hasSidType(state) && !state.sidTypeUnrestricted)
    return gate('ports', 'The firewall of Server 2019 drops RADIUS while the SID type of IAS is restricted.');
  if (closedTo(state, wish.address)) return gate('ports', `The firewall blocks RADIUS from ${wish.address}.`);
  return undefined;
}

function clientGate(
  state: NpsServerState,
  desired: DesiredState,
  wish: DesiredClient,
  secret: string | undefined,
): Gate | undefined {
  const { named, single } = standingFor(wish, state.radiusClients, desired.radiusClients);
  const held = [...(named ? [named] : []), ...single];
  const [first] = held;
  if (!first) return gate('client', `NPS has no RADIUS client for ${wish.address} (event 13).`);
  const disabled = held.find(({ enabled }) => !enabled);
  if (disabled) return gate('client', `The RADIUS client '${disabled.name}' is disabled.`);
  if (named && !sameAddress(named.address, wish.address) && !covers(named.address, wish.address))
    return gate(
      'client',
      `The RADIUS client '${named.name}' has the address ${named.address}, and requests come from ${wish.address}.`,
    );
  const missing = named
    ? undefined
    : usableAddresses(wish.address).find((each) => !single.some(({ address }) => address === each));
  if (missing) return gate('client', `NPS has no RADIUS client for ${missing}, which the gateway may have.`);
  const narrow = narrowerClients(wish, state.radiusClients, desired.radiusClients).find(
    (client) => !client.enabled || client.secret !== first.secret,
  );
  if (narrow)
    return gate(
      'client',
      `Requests from ${narrow.address} meet the narrower RADIUS client '${narrow.name}', which holds another secret or is disabled.`,
    );
  const other = secret === undefined ? undefined : held.find((client) => client.secret !== secret);
  return other && gate('client', `The RADIUS client '${other.name}' holds another secret.`);
}

function policyGate(
  state: NpsServerState,
  desired: DesiredState,
  wish: DesiredClient,
  method: 'EAP' | 'PAP',
  vendor311: boolean,
  now: Date,
): Omit<Path, 'client' | 'tunnel' | 'vendor311'> {
  const request = gatewayRequest(state, desired, wish, method, vendor311);
  const taken = deciding(state.requestPolicies, request);
  const unknown: SignInGate[] = taken.isDoubtful ? ['request-policy'] : [];
  const refusedHere = requestPolicyGate(taken.policy);
  if (refusedHere) return { ...refusedHere, ...(unknown.length > 0 && { unknown }) };
  // For a user who is in no group: the policies of groups only let more users in.
  const { policy, isDoubtful } = deciding(withoutGroupPolicies(state, desired).networkPolicies, request);
  if (isDoubtful) unknown.push('network-policy');
  const told = (refusal: Gate | undefined, extra: readonly SignInGate[] = []) => {
    const all = [...unknown, ...extra];
    return {
      ...(policy && { policy: policy.name }),
      ...refusal,
      ...(all.length > 0 && { unknown: all }),
    };
  };
  if (!policy) return told(gate('network-policy', 'No enabled network policy matches (reason 48).'));
  if (!policy.ignoreDialIn) unknown.push(...(state.registered ? [] : (['directory'] as const)), 'dial-in');
  if (!policy.grant)
    return told(gate('network-policy', `The network policy '${policy.name}' denies access (reason 65).`));
  if (missingMethods(policy, [method]).length > 0)
    return told(gate('method', `The network policy '${policy.name}' does not allow ${method} (reason 66).`));
  if (desired.mfaExtension === 'skip') return told(undefined);
  const refusal = mfaGate(state, now);
  if (refusal) return told(refusal);
  // Only Entra ID knows whether a user has a code that would be asked for.
  return told(undefined, ['mfa-principal', ...(asksForCodes(state) ? (['mfa-codes'] as const) : [])]);
}

function requestPolicyGate(taken: RequestPolicy | undefined): Gate | undefined {
  if (!taken) return gate('request-policy', 'No enabled connection request policy matches (reason 49).');
  if (taken.provider === 'forward')
    return gate(
      'request-policy',
      `The connection request policy '${taken.name}' forwards to the remote RADIUS servers '${taken.group}'.`,
    );
  if (taken.provider === 'none')
    return gate(
      'request-policy',
      `The connection request policy '${taken.name}' accepts every user without a password. A gateway must not use such a policy.`,
    );
  return undefined;
}

function mfaGate(state: NpsServerState, now: Date): Gate | undefined {
  const { installed, loaded, tenantId, certificate } = state.mfa;
  if (!installed || !loaded)
    return gate('mfa-loaded', 'NPS does not load the MFA extension: users can sign in with only a password.');
  if (!tenantId)
    return gate('mfa-registered', 'The MFA extension is not registered with a tenant and refuses everybody.');
  if (!certificate)
    return gate(
      'mfa-certificate',
      'The certificate of the MFA extension is not there: it refuses everybody.',
    );
  if (Date.parse(certificate.notAfter) <= now.getTime())
    return gate('mfa-certificate', 'The certificate of the MFA extension has expired: it refuses everybody.');
  return undefined;
}

const note = (id: string, message: string, client: string): Difference => ({
  part: 'server',
  changes: [],
  finding: finding(id, message, client),
});

/**
 * Reported also when an earlier gate refuses: even before there is a client, people must know that a request will not
 * be decided here.
 */
export function requestPolicyDifferences(state: NpsServerState, desired: DesiredState): Difference[] {
  return desired.radiusClients
    .filter(({ name }) => name !== probeClientName)
    .flatMap((wish) => {
      const gates = desired.networkPolicy.authenticationMethods.flatMap((method) => {
        const { policy } = deciding(state.requestPolicies, gatewayRequest(state, desired, wish, method));
        return requestPolicyGate(policy) ?? [];
      });
      return gates.slice(0, 1).map(({ why }) => note('request-policy', why, wish.name));
    });
}

/**
 * That the gateway sends this vendor is assumed: gateway-attributes. So a refusal with it means that nobody can sign in.
 */
export function signInDifferences(paths: readonly Path[]): Difference[] {
  return paths
    .filter(({ vendor311 }) => vendor311)
    .flatMap((path) => {
      const { client, tunnel, refusedBy, why = '' } = path;
      if (refusedBy === 'mfa-loaded') return [];
      if (refusedBy) {
        const message = `A user of ${client} cannot sign in by ${tunnel}: the gate ${refusedBy} refuses. ${why}`;
        return [note('sign-in-blocked', message, client)];
      }
      return [];
    });
}

/** A path that is the same with and without the vendor is reported once, without `vendor311`. */
export function toldPaths(paths: readonly Path[]): (Omit<Path, 'vendor311'> & { vendor311?: boolean })[] {
  const rest = ({ vendor311: _, ...path }: Path) => path;
  return paths
    .filter(({ vendor311 }) => vendor311)
    .flatMap((path) => {
      const other = paths.find(
        ({ client, tunnel, vendor311 }) => client === path.client && tunnel === path.tunnel && !vendor311,
      )!;
      return JSON.stringify(rest(path)) === JSON.stringify(rest(other)) ? [rest(path)] : [path, other];
    });
}
