import type { Problem } from '../core/errors.ts';
import { nameOf } from '../core/resource-id.ts';
import type { NpsCheck } from './checks/check.ts';
import { npsCheckOf } from './checks/table.ts';
import type { NpsAnswered, NpsChange, NpsFinding } from './result.ts';

/** One thing that `Set` will change. `needed`: without it nobody could sign in, or `Set` would refuse all of it. */
export interface PlannedNpsChange extends NpsChange {
  readonly needed?: true;
}

/** What `Set` will change on one NPS server, and what stands in its way there. */
export interface NpsServerPlan {
  readonly changes: readonly PlannedNpsChange[];
  /** How many RADIUS clients of others use the server. */
  readonly otherRadiusClients: number;
  /** By which its secret is encrypted for it alone. */
  readonly secretKey?: string;
  readonly problems: readonly Problem[];
}

export interface TestedServer {
  readonly host: string;
  readonly answer: NpsAnswered;
  /** Whether the proof is of the secret that the server is to have. */
  readonly holdsSecret: (proof: string) => boolean;
  /** A rotation leaves what is wrong besides: the secret must not wait for it. */
  readonly rotates: boolean;
  /** Nobody is asked, so that a change that asks is not made. */
  readonly leavesAsked: boolean;
  /** ISO 8601 */
  readonly now: string;
}

/** The plan of one server by its own `Test`, which is not given the secret: nobody has agreed yet that the server gets it. */
export function npsServerPlan(server: TestedServer): NpsServerPlan {
  const { host, answer } = server;
  const changes = followed([...answer.changes, ...secretChanges(server)]);
  const stopping = [
    ...answer.findings.filter(({ id }) => id !== narrower),
    ...narrowerInTheWay(server),
  ].flatMap((finding) => {
    const check = npsCheckOf.get(finding.id);
    return check && stops(check, changes, server) ? [{ finding, check }] : [];
  });
  const problems = stopping.flatMap(({ finding, check }) => {
    const mending = changes.filter((change) => mends(change, check));
    if (mending.some(({ asks }) => !asks || !server.leavesAsked)) return [];
    return [problemOf(host, finding, check, mending)];
  });
  return {
    changes: changes.map((change) =>
      stopping.some(({ check }) => mends(change, check)) ? { ...change, needed: true } : change,
    ),
    otherRadiusClients: answer.state.otherRadiusClients ?? 0,
    ...(answer.state.server.secretKey && { secretKey: answer.state.server.secretKey }),
    problems: answer.changesOmitted > 0 ? [...problems, tooLong(host, answer)] : problems,
  };
}

/** The ids that `Set` is told: it refuses more. Undefined for a new NPS, which tells what it needs only once it is installed. */
export function approvedChanges(changes: readonly NpsChange[]): readonly string[] | undefined {
  return changes.some(({ id }) => id === 'role-installed') ? undefined : changes.map(({ id }) => id);
}

/** As whoever decides reads it. */
export function changeSentence({ what, scope, restart, asks }: NpsChange): string {
  const notes = [
    ...(scope === 'own' ? [] : [scope === 'server' ? 'for the whole server' : 'for all who meet the policy']),
    ...(restart ? ['restarts NPS'] : []),
    ...(asks ? ['only with an approval'] : []),
  ];
  return notes.length > 0 ? `${what} (${notes.join(', ')})` : what;
}

function stops(
  check: NpsCheck,
  changes: readonly NpsChange[],
  { answer, rotates, now }: TestedServer,
): boolean {
  // Set is refused by it only where something else restarts NPS.
  if (check.id === 'mfa-loads-on-restart') return changes.some(({ asks, restart }) => restart && !asks);
  if (check.blocks) return true;
  if (rotates) return false;
  // Every gate that refuses has a check of its own, and Set opens most of them.
  if (check.id === 'sign-in-blocked') return false;
  // One that only expires soon is told by the compliance check.
  if (check.id === 'mfa-certificate') {
    const { certificate } = answer.state.mfa;
    return !certificate || Date.parse(certificate.notAfter) <= Date.parse(now);
  }
  return check.fails === true || check.gate === true;
}

const narrower = 'radius-client-narrower';

/** The server cannot know which secret its client will have, and so not whether that of a narrower one is another. */
function narrowerInTheWay({ answer, holdsSecret }: TestedServer): NpsFinding[] {
  return (answer.state.narrowerClients ?? []).flatMap(({ client, named, enabled, secretProof }) => {
    if (enabled && secretProof && holdsSecret(secretProof)) return [];
    const why = enabled
      ? `the secret there is another than ${client} will have`
      : 'what is disabled there is refused';
    const message = `NPS takes ${named} before the RADIUS client ${client}, and ${why}: requests from there would be refused.`;
    return [{ id: narrower, message, client }];
  });
}

const mends = ({ id }: NpsChange, { mendedBy = [] }: NpsCheck) => mendedBy.includes(id.split(':')[0]!);

/** Only the proof of what the server holds says whether its secret is replaced. */
function secretChanges({ answer: { state, changes }, holdsSecret }: TestedServer): NpsChange[] {
  return state.radiusClients.flatMap(({ name, heldAs, secretProof }) => {
    const client = heldAs ?? name;
    const id = `client-secret:${client}`;
    if (secretProof && holdsSecret(secretProof)) return [];
    if (changes.some((change) => change.id === id)) return [];
    const what = `radiusClient ${client}: shared secret replaced`;
    return [{ id, what, scope: 'own' as const, restart: true, asks: false }];
  });
}

/** What becomes necessary by another change, and cannot be found before it is made. */
function followed(changes: readonly NpsChange[]): NpsChange[] {
  const installed = changes.find(({ id }) => id === 'mfa-installed');
  const hasCodes = changes.some(({ id }) => id === 'mfa-text-codes');
  return [
    ...changes.map((change) =>
      change.id === 'role-installed'
        ? {
            ...change,
            what: `${change.what}; then all that a new NPS needs for the gateway: its RADIUS client, the network policy, the firewall rule, auditing and the settings against CVE-2024-3596`,
          }
        : change,
    ),
    ...(installed && !hasCodes
      ? [
          {
            id: 'mfa-text-codes',
            what: 'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE',
            scope: 'server' as const,
            restart: true,
            asks: installed.asks,
          },
        ]
      : []),
  ];
}

function problemOf(
  host: string,
  { message }: NpsFinding,
  { blocks, fix }: NpsCheck,
  mending: readonly NpsChange[],
): Problem {
  const how =
    mending.length > 0
      ? `It needs an approval, which a ticket asks for: ${mending.map(({ what }) => what).join('; ')}.`
      : `To mend it: ${fix}`;
  return {
    code: blocks ?? 'NpsNotReady',
    message: `The NPS server ${nameOf(host)}: ${message} ${how}`,
    target: host,
  };
}

const tooLong = (host: string, { changesOmitted }: NpsAnswered): Problem => ({
  code: 'NpsPlanIncomplete',
  message: `${nameOf(host)} would be changed in ${changesOmitted} more things than its answer can hold: run Test-VpnNpsConfiguration there (nps/README.md) and mend what it tells.`,
  target: host,
});
