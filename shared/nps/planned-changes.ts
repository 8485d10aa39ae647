import type { Problem } from '../core/errors.ts';
import { nameOf } from '../core/resource-id.ts';
import type { NpsCheck } from './checks/check.ts';
import { npsCheckOf } from './checks/table.ts';
import type { NpsAnswered, NpsChange, NpsFinding } from './result.ts';

/** One change that `Set` will make. `needed`: without it nobody could sign in, or `Set` would refuse all changes. */
export interface PlannedNpsChange extends NpsChange {
  readonly needed?: true;
}

/** What `Set` will change on one NPS server, and the problems that stop it there. */
export interface NpsServerPlan {
  readonly changes: readonly PlannedNpsChange[];
  /** How many RADIUS clients of others use the server. */
  readonly otherRadiusClients: number;
  /** The key that encrypts its secret for this server alone. */
  readonly secretKey?: string;
  readonly problems: readonly Problem[];
}

export interface TestedServer {
  readonly host: string;
  readonly answer: NpsAnswered;
  /** Whether the proof belongs to the secret that the server is to have. */
  readonly holdsSecret: (proof: string) => boolean;
  /** A rotation ignores other faults, because the secret must not wait for them. */
  readonly isRotation: boolean;
  /** Nobody is asked for an approval, so changes that need one are not made. */
  readonly isNobodyAsked: boolean;
  /** ISO 8601 */
  readonly now: string;
}

/**
 * The plan of one server by its own `Test`. `Test` does not get the secret, because nobody has agreed yet that the
 * server gets it.
 */
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
    const fixing = changes.filter((change) => fixes(change, check));
    if (fixing.some(({ asks }) => !asks || !server.isNobodyAsked)) return [];
    return [problemOfFinding(host, finding, check, fixing)];
  });
  return {
    changes: changes.map((change) =>
      stopping.some(({ check }) => fixes(change, check)) ? { ...change, needed: true } : change,
    ),
    otherRadiusClients: answer.state.otherRadiusClients ?? 0,
    ...(answer.state.server.secretKey && { secretKey: answer.state.server.secretKey }),
    problems: answer.changesOmitted > 0 ? [...problems, tooLong(host, answer)] : problems,
  };
}

/**
 * The ids that `Set` is given; it refuses to change more. Undefined for a new NPS, which reports what it needs only
 * after it is installed.
 */
export function approvedChanges(changes: readonly NpsChange[]): readonly string[] | undefined {
  return changes.some(({ id }) => id === 'role-installed') ? undefined : changes.map(({ id }) => id);
}

/** A change in the words that the person who decides reads. */
export function changeSentence({ what, scope, restart, asks }: NpsChange): string {
  const notes = [
    ...(scope === 'own'
      ? []
      : [scope === 'server' ? 'for the whole server' : 'for everybody whom the policy applies to']),
    ...(restart ? ['restarts NPS'] : []),
    ...(asks ? ['only with an approval'] : []),
  ];
  return notes.length > 0 ? `${what} (${notes.join(', ')})` : what;
}

function stops(
  check: NpsCheck,
  changes: readonly NpsChange[],
  { answer, isRotation, now }: TestedServer,
): boolean {
  // This finding stops Set only when another change restarts NPS.
  if (check.id === 'mfa-loads-on-restart') return changes.some(({ asks, restart }) => restart && !asks);
  if (check.blocks) return true;
  if (isRotation) return false;
  // Every gate that refuses has its own check, and Set opens most of them.
  if (check.id === 'sign-in-blocked') return false;
  // A certificate that only expires soon is reported by the compliance check.
  if (check.id === 'mfa-certificate') {
    const { certificate } = answer.state.mfa;
    return !certificate || Date.parse(certificate.notAfter) <= Date.parse(now);
  }
  return check.fails === true || check.isGate === true;
}

const narrower = 'radius-client-narrower';

/**
 * The server does not know which secret its client will have. So it cannot know whether a narrower client has another
 * secret.
 */
function narrowerInTheWay({ answer, holdsSecret }: TestedServer): NpsFinding[] {
  return (answer.state.narrowerClients ?? []).flatMap(({ client, named, enabled, secretProof }) => {
    if (enabled && secretProof && holdsSecret(secretProof)) return [];
    const why = enabled
      ? `its secret is not the one that ${client} will have`
      : 'NPS refuses requests of a disabled client';
    const message = `NPS uses ${named} before the RADIUS client ${client}, and ${why}. Requests from there would be refused.`;
    return [{ id: narrower, message, client }];
  });
}

const fixes = ({ id }: NpsChange, { fixedBy = [] }: NpsCheck) => fixedBy.includes(id.split(':')[0]!);

/** Only the proof of the secret that the server holds shows whether its secret is replaced. */
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

/** Changes that another change makes necessary, and that cannot be found before it is made. */
function followed(changes: readonly NpsChange[]): NpsChange[] {
  const installed = changes.find(({ id }) => id === 'mfa-installed');
  const hasCodes = changes.some(({ id }) => id === 'mfa-text-codes');
  return [
    ...changes.map((change) =>
      change.id === 'role-installed'
        ? {
            ...change,
            what: `${change.what}; then everything that a new NPS needs for the gateway: its RADIUS client, the network policy, the firewall rule, auditing and the settings against CVE-2024-3596`,
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

function problemOfFinding(
  host: string,
  { message }: NpsFinding,
  { blocks, fix }: NpsCheck,
  fixing: readonly NpsChange[],
): Problem {
  const how =
    fixing.length > 0
      ? `A change can fix this, but it needs an approval. Send a ticket that asks for an approval. The change: ${fixing.map(({ what }) => what).join('; ')}.`
      : `To fix it: ${fix}`;
  return {
    code: blocks ?? 'NpsNotReady',
    message: `The NPS server ${nameOf(host)}: ${message} ${how}`,
    target: host,
  };
}

const tooLong = (host: string, { changesOmitted }: NpsAnswered): Problem => ({
  code: 'NpsPlanIncomplete',
  message: `${nameOf(host)} needs ${changesOmitted} more changes than its answer can contain. Run Test-VpnNpsConfiguration there (nps/README.md) and fix what it reports.`,
  target: host,
});
