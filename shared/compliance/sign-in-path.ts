import type { ComplianceFinding, Unchecked } from './assessment.ts';
import type { CheckedGateway, ComplianceReport } from './report/report.ts';

/** A gate that every sign-in has to pass, with the rules that check it. */
interface Gate {
  readonly title: string;
  /** Ids of rules, or the first part of ids. */
  readonly rules: readonly string[];
}

/** In the order in which a sign-in meets them: from the VPN client through the gateway and NPS to the phone. */
export const gates: readonly Gate[] = [
  {
    title: 'The gateway works',
    rules: ['gateway-sku-', 'gateway-not-', 'gateway-failed', 'public-ip-', 'active-active-'],
  },
  { title: 'The client gets a tunnel and an address', rules: ['tunnel-', 'address-pool-', 'point-to-site-'] },
  {
    title: 'The gateway asks the RADIUS servers',
    rules: ['radius-missing', 'radius-servers-', 'radius-single-'],
  },
  {
    title: 'The request reaches NPS',
    rules: ['gateway-subnet-', 'radius-server-', 'nps-', 'npas-', 'server-core', 'sidtype-'],
  },
  { title: 'NPS knows the gateway as RADIUS client', rules: ['radius-client-'] },
  { title: 'Both sides have the same secret', rules: ['radius-secret-'] },
  { title: 'A connection request policy takes it', rules: ['request-policy'] },
  { title: 'The network policy grants it', rules: ['policy-'] },
  { title: 'The MFA extension asks for the second factor', rules: ['mfa-'] },
  { title: 'The answer comes back', rules: ['radius-no-answer', 'sign-in-blocked'] },
];

export const gateOf = (rule: string): Gate | undefined =>
  gates.find(({ rules }) => rules.some((one) => (one.endsWith('-') ? rule.startsWith(one) : rule === one)));

export interface GateSeen {
  readonly title: string;
  /** `unknown`: some part of it could not be checked, and nothing was found that refuses. */
  readonly is: 'passes' | 'refuses' | 'unknown';
  readonly findings: readonly ComplianceFinding[];
  readonly unchecked: readonly Unchecked[];
}

export interface SignInPath {
  readonly gates: readonly GateSeen[];
  /** The index of the first gate at which a sign-in ends. Undefined when no such gate is known. */
  readonly refusedAt: number | undefined;
}

/** What the report says of the path of a sign-in through this gateway. */
export function signInPath(
  { id, npsServers }: Pick<CheckedGateway, 'id' | 'npsServers'>,
  { findings, unchecked }: Pick<ComplianceReport, 'findings' | 'unchecked'>,
): SignInPath {
  const targets = new Set([id, ...npsServers].map((one) => one.toLowerCase()));
  const isOnWay = ({ target }: { readonly target: string }) => targets.has(target.toLowerCase());
  const found = findings.filter((one) => isOnWay(one) && one.severity !== 'info');
  const open = unchecked.filter(isOnWay);
  const seen = gates.map((gate): GateSeen => {
    const its = found.filter(({ rule }) => gateOf(rule) === gate);
    const unread = open.filter(({ rules }) => !rules || rules.some((rule) => gateOf(rule) === gate));
    const refuses = its.some(({ severity, status }) => severity === 'high' && status !== 'unconfirmed');
    return {
      title: gate.title,
      is: refuses ? 'refuses' : unread.length > 0 || its.some(isUnconfirmed) ? 'unknown' : 'passes',
      findings: its,
      unchecked: unread,
    };
  });
  const refusedAt = seen.findIndex(({ is }) => is === 'refuses');
  return { gates: seen, refusedAt: refusedAt < 0 ? undefined : refusedAt };
}

const isUnconfirmed = ({ status }: ComplianceFinding) => status === 'unconfirmed';
