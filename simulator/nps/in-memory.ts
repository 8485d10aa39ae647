import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type DesiredState, NpsError, parseDesiredState, parseSecret } from './desired-state.ts';
import type { NpsRunOutcome, NpsServer } from './host.ts';
import { deviations } from './rules.ts';
import type { NpsServerState } from './state.ts';

/**
 * An NPS server without a PowerShell engine. It does not read the script: it carries out the contract between the app
 * and `nps/` (Operation, DesiredState, SharedSecret in; one line of JSON out) with code of its own.
 */
export function inMemoryNpsServer(initial: NpsServerState, clock: Clock): NpsServer {
  let state = structuredClone(initial);
  return {
    engine: 'memory',
    state: () => structuredClone(state),
    change(edit) {
      edit(state);
    },
    async run({ parameters }) {
      const draft = structuredClone(state);
      const outcome = carryOut(draft, parameters, clock.now());
      if (outcome.exitCode === 0) state = draft;
      return outcome;
    },
  };
}

function carryOut(
  state: NpsServerState,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): NpsRunOutcome {
  try {
    const operation = parameters.Operation ?? '';
    if (!['Get', 'Test', 'Set'].includes(operation)) {
      throw new NpsError(
        'DesiredStateInvalid',
        `Operation must be Get, Test or Set, not "${operation}".`,
        'Operation',
      );
    }
    const desired = parseDesiredState(parameters.DesiredState);
    const secret = parseSecret(parameters.SharedSecret);
    const changes = operation === 'Set' ? apply(state, desired, secret, now) : [];
    const left = operation === 'Get' ? [] : deviations(state, desired, secret, now);
    const wouldChange = left.flatMap(({ change }) => (change ? [change.sentence] : []));
    return answer(0, {
      changed: changes.length > 0,
      changes: operation === 'Set' ? changes : wouldChange,
      findings: left.map(({ finding }) => finding),
      state: report(state, desired),
    });
  } catch (error) {
    if (!(error instanceof NpsError)) throw error;
    const { code, message, target } = error;
    return answer(1, { error: { code, message, target }, changed: false, changes: [], findings: [] });
  }
}

function answer(exitCode: number, result: object): NpsRunOutcome {
  return { exitCode, output: `${JSON.stringify(result)}\n`, error: '' };
}

/** Set: all preconditions first, so that a refusal leaves the server as it was; then every change that a rule knows. */
function apply(
  state: NpsServerState,
  desired: DesiredState,
  secret: string | undefined,
  now: Date,
): string[] {
  if (state.serverCore) throw new NpsError('ServerCore', 'NPS does not run on Server Core.');
  if (!state.npasInstalled) throw new NpsError('NpasMissing', 'The role NPAS is not installed.');
  if (secret === undefined) throw new NpsError('SecretInvalid', 'Set needs SharedSecret.', 'SharedSecret');
  const changes = extension(state, desired);
  policyExists(state, desired.networkPolicy.name);
  for (const client of desired.radiusClients) noConflict(state, client);
  for (const { change } of deviations(state, desired, secret, now)) {
    if (!change) continue;
    change.apply(state);
    changes.push(change.sentence);
  }
  return changes;
}

function extension(state: NpsServerState, desired: DesiredState): string[] {
  const changes: string[] = [];
  if (desired.mfaExtension === 'install' && !state.mfa.installed && desired.mfaInstaller) {
    const { source, sha256 } = desired.mfaInstaller;
    const installer = state.installers.find((each) => each.source === source);
    if (!installer)
      throw new NpsError('InstallerRejected', `There is no installer at ${source}.`, 'mfaInstaller.source');
    if (installer.sha256.toLowerCase() !== sha256.toLowerCase()) {
      throw new NpsError('InstallerRejected', 'The installer has another SHA-256.', 'mfaInstaller.sha256');
    }
    state.mfa = { ...state.mfa, installed: true, loaded: true, version: installer.version };
    changes.push(`mfa: installed ${installer.version}`);
  }
  if (desired.mfaExtension === 'require' && !(state.mfa.installed && state.mfa.loaded)) {
    const lack = state.mfa.installed ? 'not loaded by NPS' : 'not installed';
    throw new NpsError('MfaExtensionMissing', `The NPS extension for Entra MFA is ${lack}.`, 'mfaExtension');
  }
  return changes;
}

function policyExists(state: NpsServerState, wanted: string): void {
  if (state.networkPolicies.some(({ name }) => name.toLowerCase() === wanted.toLowerCase())) return;
  const names = state.networkPolicies.map(({ name }) => `"${name}"`).join(', ') || 'none';
  throw new NpsError(
    'PolicyNotFound',
    `There is no network policy "${wanted}". There are: ${names}.`,
    'networkPolicy.name',
  );
}

function noConflict(state: NpsServerState, wish: DesiredState['radiusClients'][number]): void {
  const conflict = state.radiusClients.find(
    ({ name, address }) => (name.toLowerCase() === wish.name.toLowerCase()) !== (address === wish.address),
  );
  if (!conflict) return;
  throw new NpsError(
    'RadiusClientConflict',
    `RADIUS client ${conflict.name} has the address ${conflict.address}; ${wish.name} with ${wish.address} cannot stand beside it.`,
    'radiusClients',
  );
}

/** The state as the contract tells it: no secret, only a proof of it when a key was given. */
function report(state: NpsServerState, desired: DesiredState) {
  const policy = state.networkPolicies.find(
    ({ name }) => name.toLowerCase() === desired.networkPolicy.name.toLowerCase(),
  );
  const key = desired.secretProofKey;
  const { unreachableEndpoints, ...mfa } = state.mfa;
  return {
    server: {
      name: state.name,
      os: state.os,
      npasInstalled: state.npasInstalled,
      serviceRunning: state.serviceRunning,
      sidTypeUnrestricted: state.sidTypeUnrestricted,
    },
    radiusClients: state.radiusClients.map(({ secret, ...client }) => ({
      ...client,
      ...(key && {
        secretProof: createHmac('sha256', Buffer.from(key, 'base64')).update(secret).digest('base64'),
      }),
    })),
    networkPolicy: policy
      ? {
          name: policy.name,
          exists: true,
          enabled: policy.enabled,
          grant: policy.grant,
          order: policy.order,
          authenticationMethods: policy.authenticationMethods,
        }
      : { name: desired.networkPolicy.name, exists: false },
    mfa: { ...mfa, endpointsReachable: unreachableEndpoints.length === 0 },
    blastRadius: state.blastRadius,
    audit: state.audit,
    firewallOpen: state.firewallOpen,
  };
}
