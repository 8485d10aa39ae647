import { npsCheckOf } from '../../../shared/nps/checks/table.ts';
import type { Clock } from '../../clock.ts';
import type { NpsRunOutcome, NpsServer } from '../host.ts';
import type { NpsServerState } from '../state.ts';
import { type DesiredState, NpsError, parseDesiredState, parseSecret } from './desired-state.ts';
import type { Change, Difference } from './difference.ts';
import { groupPolicyDifferences } from './group-policy-rules.ts';
import { isUnregistered, mfaDifferences } from './mfa-rules.ts';
import { networkPolicyDifferences } from './network-policy-rules.ts';
import { prerequisites } from './prerequisites.ts';
import { noteGateways, radiusClientDifferences } from './radius-client-rules.ts';
import { leftAlone, removalDifferences } from './removal-rules.ts';
import { report, resultLine } from './result.ts';
import { unsealed } from './secret-key.ts';
import { serverDifferences } from './server-rules.ts';
import { requestPolicyDifferences, signInDifferences, signInPaths, toldPaths } from './sign-in-path.ts';

/**
 * An NPS server without a PowerShell engine. It does not read the script. It implements the contract between the app
 * and `nps/` (Operation, DesiredState, SharedSecret in; one line of JSON out) with its own code.
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
  const changes: Change[] = [];
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
    if (operation === 'Set' && desired.networkPolicy.ownPrefix !== undefined) {
      const target = 'networkPolicy.ownPrefix';
      throw new NpsError('DesiredStateInvalid', `${target}: is only for Test`, target);
    }
    const secret =
      operation === 'Get'
        ? undefined
        : parseSecret(parameters.SharedSecret, (sealed) => unsealed(state, sealed));
    const wish = { desired, secret, now };
    if (operation === 'Set') set(state, wish, changes);
    const left = operation === 'Get' ? [] : allDifferences(state, wish);
    const findings = left.flatMap(({ finding }) => finding ?? []);
    const told =
      operation === 'Test'
        ? { changed: false, changes: desired.brief ? [] : left.flatMap((each) => each.changes) }
        : done();
    const isAbsent = desired.ensure === 'absent';
    const paths = operation === 'Get' || isAbsent ? [] : toldPaths(signInPaths(state, desired, secret, now));
    const signInPath = !desired.brief && { signInPath: paths };
    const leaves = operation !== 'Get' && isAbsent && { left: leftAlone(state, desired) };
    return {
      exitCode: 0,
      output: resultLine({ ...told, findings, ...signInPath, ...leaves, state: report(state, desired) }),
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

function allDifferences(state: NpsServerState, { desired, secret, now }: Wish): Difference[] {
  if (desired.ensure === 'absent') return removalDifferences(state, desired, now);
  return [
    ...serverDifferences(state, desired),
    ...(state.npasInstalled ? networkPolicyDifferences(state, desired) : []),
    ...(state.npasInstalled ? groupPolicyDifferences(state, desired) : []),
    ...(state.npasInstalled ? radiusClientDifferences(state, desired, secret) : []),
    ...(state.npasInstalled ? requestPolicyDifferences(state, desired) : []),
    ...mfaDifferences(state, desired, now),
    ...signInDifferences(signInPaths(state, desired, secret, now)),
  ];
}

/** A change that needs an approval is made only when it was approved. */
const isAllowed = ({ changes }: Difference, { approvedChanges = [] }: DesiredState) =>
  changes.length > 0 && changes.every(({ id, asks }) => !asks || approvedChanges.includes(id));

/** Refusals come before anything is written. `changes` collects what has been done, also when a later step fails. */
function set(state: NpsServerState, wish: Wish, changes: Change[]): void {
  refuse(state, wish);
  if (prerequisites(state, wish.desired, changes)) refuse(state, wish);
  const found = allDifferences(state, wish).filter((each) => isAllowed(each, wish.desired));
  const done: Change[] = [];
  for (const difference of found) {
    if (difference.part !== 'server' || !difference.apply?.(state)) continue;
    done.push(...difference.changes);
  }
  changes.push(...done);
  const before = structuredClone({
    networkPolicies: state.networkPolicies,
    radiusClients: state.radiusClients,
    firewallRules: state.firewallRules,
  });
  const undoable: Change[] = [];
  try {
    for (const part of ['firewall', 'network policy', 'radius client'] as const) {
      for (const { apply, changes: its } of found.filter((each) => each.part === part)) {
        if (state.failing === part) throw new Error(`the ${part} could not be written`);
        apply?.(state);
        undoable.push(...its);
      }
    }
    const restart = [...done, ...undoable].some((change) => change.restart);
    if (state.failing === 'restart' && restart) throw new Error('IAS did not restart');
    if (restart && !isUnregistered(state)) delete state.mfa.inService;
  } catch (error) {
    Object.assign(state, before);
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new NpsError(
      'ApplyFailed',
      `Failed: ${reason}. The NPS configuration was put back as it was before.`,
    );
  }
  changes.push(...undoable);
  noteGateways(state, wish.desired);
}

function refuse(state: NpsServerState, wish: Wish): void {
  const found = allDifferences(state, wish);
  const allowed = found.filter((each) => isAllowed(each, wish.desired));
  const restarts = allowed.some(({ changes }) => changes.some(({ restart }) => restart));
  for (const difference of found) {
    const { id = '', message = '' } = difference.finding ?? {};
    const code = npsCheckOf.get(id)?.blocks;
    if (!code || allowed.includes(difference) || (id === 'mfa-loads-on-restart' && !restarts)) continue;
    throw new NpsError(code, `${message} Nothing was changed.`, difference.target ?? 'server');
  }
  const approved = wish.desired.approvedChanges;
  const more = approved
    ? allowed.flatMap(({ changes }) => changes).filter(({ id }) => !approved.includes(id))
    : [];
  if (more.length > 0) {
    const needs = more.map(({ what }) => what).join('; ');
    throw new NpsError(
      'PlanChanged',
      `The server is not as it was when the plan was approved. It would also need: ${needs}. Nothing was changed; make a new plan.`,
      'approvedChanges',
    );
  }
  for (const { refusal } of found) if (refusal) throw refusal;
}
