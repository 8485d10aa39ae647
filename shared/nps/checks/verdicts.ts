import { type Check, notApplicable, unknown, type Verdict, violated, worst } from '../../core/check.ts';
import { nameOf, sameId } from '../../core/resource-id.ts';
import { radiusClientName } from '../desired-state.ts';
import type { NpsFinding } from '../result.ts';
import type { NpsCheck } from './check.ts';
import type { NpsAnswer, NpsFacts, RadiusClientFacts, RadiusServerFacts } from './facts.ts';
import { npsCheckOf, npsChecks, secretOnNps } from './table.ts';

/**
 * The verdict of a check on the answer of one server: what the server found, or whether a missing finding means that
 * all is well.
 */
export function verdictOf(
  check: NpsCheck,
  answer: NpsAnswer,
  about: { readonly protocols: readonly string[]; readonly client?: string },
): Verdict {
  if ('problem' in answer) return unknown(answer.problem.message);
  const { client } = about;
  const its = answer.findings.filter(
    ({ id, client: named }) => id === check.id && (!client || (named && sameId(named, client))),
  );
  if (its.length > 0) return violated(...new Set(its.map(({ message }) => message)));
  const instead = check.given?.({ ...about, state: answer.state });
  if (instead) return instead;
  return answer.findingsOmitted > 0
    ? unknown('The answer of the server was too long to contain everything that it found.')
    : { is: 'compliant' };
}

/** The findings that a deployment must not leave open. */
export const failing = (findings: readonly NpsFinding[]): NpsFinding[] =>
  findings.filter(({ id }) => npsCheckOf.get(id)?.fails);

/** The findings that a deployment leaves to a person, and reports. */
export const worthTelling = (findings: readonly NpsFinding[]): NpsFinding[] =>
  findings.filter(({ id }) => npsCheckOf.get(id)?.severity !== 'info');

/** The rules of an NPS server. When the server was asked several times, a finding in any of its answers counts. */
export const npsServerRules: readonly Check<NpsFacts>[] = npsChecks
  .filter(({ appliesTo }) => appliesTo === 'server')
  .map((check) => ({
    ...reportTextOf(check),
    check: ({ answers, mfaExtension, protocols }) =>
      check.isAboutMfa && mfaExtension === 'skip'
        ? notApplicable
        : worst(spoken(answers).map((answer) => verdictOf(check, answer, { protocols }))),
  }));

/**
 * One answer is enough for what concerns the server itself. What a run without an answer missed is reported at its
 * gateways.
 */
function spoken(answers: readonly NpsAnswer[]): readonly NpsAnswer[] {
  const told = answers.filter((answer) => 'state' in answer);
  return told.length > 0 ? told : answers;
}

/** The rules of a gateway on each of its NPS servers. */
export const radiusClientRules: readonly Check<RadiusClientFacts>[] = npsChecks
  .filter(({ appliesTo, id }) => appliesTo === 'gateway' && id !== secretOnNps)
  .map((check) => ({
    ...reportTextOf(check),
    check(facts) {
      const { gateway, usesRadius, gatewaySubnetPrefix, networkProblem, servers } = facts;
      if (!usesRadius) return notApplicable;
      if (!gatewaySubnetPrefix)
        return unknown(networkProblem ?? 'The prefix of GatewaySubnet could not be read.');
      const client = radiusClientName(gateway.id);
      const protocols = gateway.pointToSite?.protocols ?? [];
      return worst(
        servers.map((server) => {
          const verdict = server.answer
            ? verdictOf(check, server.answer, { protocols, client })
            : unknown(notAsked(server));
          return verdict.is === 'violated'
            ? violated(...verdict.evidence.map((message) => `${nameOf(server.host ?? '')}: ${message}`))
            : verdict;
        }),
      );
    },
  }));

const notAsked = ({ address, host }: RadiusServerFacts) => `${host ? nameOf(host) : address} was not asked.`;

/** The texts of a check for the report, without the parts that only plan and verify use. */
export function reportTextOf(check: NpsCheck) {
  const {
    appliesTo: _,
    isAboutMfa: __,
    blocks,
    fails: ___,
    given: ____,
    isGate: _____,
    fixedBy: ______,
    ...text
  } = check;
  const noRepairBecause = 'the app changes nothing on an NPS server with this finding';
  return { ...(blocks && { codes: [blocks], noRepairBecause }), ...text };
}
