import type { Clock } from '../clock.ts';
import { type DesiredState, NpsError, parseDesiredState, parseSecret } from './desired-state.ts';
import type { Difference } from './difference.ts';
import type { NpsRunOutcome, NpsServer } from './host.ts';
import { mfaDifferences } from './mfa-rules.ts';
import { networkPolicyDifferences } from './network-policy-rules.ts';
import { prerequisites } from './prerequisites.ts';
import { radiusClientDifferences } from './radius-client-rules.ts';
import { report, resultLine } from './result.ts';
import { serverDifferences } from './server-rules.ts';
import type { NpsServerState } from './state.ts';

/**
 * An NPS server without a PowerShell engine. It does not read the script: it carries out the contract between the app
 * and `nps/` (Operation, DesiredState, SharedSecret in; one line of JSON out) with code of its own.
 */
export function inMemoryNpsServer(initial: NpsServerState, clock: Clock): NpsServer {
  const state = structuredClone(initial);
  return {
    engine: 'memory',
    state: () => structuredClone(state),
    change(edit) {
      edit(state);
    },
    async run({ parameters }) {
      return carryOut(state, parameters, clock.now());
    },
  };
}

interface Wish {
  readonly desired: DesiredState;
  readonly secret: string | undefined;
  readonly now: Date;
}

function carryOut(
  state: NpsServerState,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): NpsRunOutcome {
  const changes: string[] = [];
  const done = () => ({ changed: changes.length > 0, changes });
  try {
    const operation = parameters.Operation ?? '';
    if (!['Get', 'Test', 'Set'].includes(operation)) {
      throw new NpsError(
        'DesiredStateInvalid',
        `Operation "${operation}" is not Get, Test or Set.`,
        'Operation',
      );
    }
    const desired = parseDesiredState(parameters.DesiredState);
    const secret = operation === 'Get' ? undefined : parseSecret(parameters.SharedSecret);
    const wish = { desired, secret, now };
    if (operation === 'Set') set(state, wish, changes);
    const left = operation === 'Get' ? [] : differences(state, wish);
    const findings = left.flatMap(({ finding }) => finding ?? []);
    const told =
      operation === 'Test' ? { changed: false, changes: left.flatMap((each) => each.changes) } : done();
    return {
      exitCode: 0,
      output: resultLine({ ...told, findings, state: report(state, desired) }),
      error: '',
    };
  } catch (thrown) {
    if (!(thrown instanceof NpsError)) throw thrown;
    const { code, message, target } = thrown;
    return {
      exitCode: 1,
      output: resultLine({ error: { code, message, target }, ...done(), findings: [] }),
      error: '',
    };
  }
}

function differences(state: NpsServerState, { desired, secret, now }: Wish): Difference[] {
  return [
    ...serverDifferences(state, desired),
    ...(state.npasInstalled ? networkPolicyDifferences(state, desired) : []),
    ...(state.npasInstalled ? radiusClientDifferences(state, desired, secret) : []),
    ...mfaDifferences(state, desired, now),
  ];
}

/** Refusals come before anything is written; `changes` collects what has been done, also when a later step fails. */
function set(state: NpsServerState, wish: Wish, changes: string[]): void {
  refuse(state, wish);
  let restart = false;
  if (prerequisites(state, wish.desired, changes)) refuse(state, wish);
  const found = differences(state, wish);
  for (const difference of found) {
    if (difference.part !== 'server' || !difference.apply?.(state)) continue;
    changes.push(...difference.changes);
    restart ||= difference.restart === true;
  }
  const before = structuredClone({
    networkPolicies: state.networkPolicies,
    radiusClients: state.radiusClients,
  });
  const undoable: string[] = [];
  try {
    for (const part of ['network policy', 'radius client'] as const) {
      for (const { apply, changes: sentences } of found.filter((each) => each.part === part)) {
        if (state.failing === part) throw new Error(`the ${part} could not be written`);
        apply?.(state);
        undoable.push(...sentences);
      }
    }
    if (state.failing === 'restart' && (restart || undoable.length > 0))
      throw new Error('IAS did not restart');
  } catch (error) {
    Object.assign(state, before);
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new NpsError(
      'ApplyFailed',
      `Failed: ${reason}. The NPS configuration was put back as it was before.`,
    );
  }
  changes.push(...undoable);
}

function refuse(state: NpsServerState, wish: Wish): void {
  if (state.serverCore) throw new NpsError('ServerCore', 'NPS does not run on Server Core.', 'server');
  const { installed, loaded } = state.mfa;
  // Without the extension NPS would let in everybody who knows a password.
  if (wish.desired.mfaExtension === 'require' && !(installed && loaded)) {
    const lack = installed ? 'installed but not loaded by NPS' : 'not installed';
    throw new NpsError('MfaExtensionMissing', `The NPS extension for Entra MFA is ${lack}.`, 'mfaExtension');
  }
  if (!state.npasInstalled) return;
  for (const { refusal } of differences(state, wish)) if (refusal) throw refusal;
}
