import { sameId } from '../../core/resource-id.ts';
import { type Check, notApplicable, unknown, type Verdict, violated, worst } from '../../core/rule.ts';
import { radiusClientName } from '../desired-state.ts';
import type { NpsCheck } from './check.ts';
import type { NpsAnswer, NpsFacts, RadiusClientFacts } from './facts.ts';
import { npsChecks } from './table.ts';

/** What only the server itself can find: its findings, under the ids of the table. */
const told = (known: ReadonlySet<string>, appliesTo: NpsCheck['appliesTo']) =>
  npsChecks.filter(
    (check) =>
      check.appliesTo === appliesTo &&
      !known.has(check.id) &&
      check.severity !== 'info' &&
      // The proof of the secret is compared with Key Vault: `radius-secret-nps`.
      check.id !== 'radius-client-secret',
  );

function verdictOf(answer: NpsAnswer, id: string, client?: string): Verdict {
  if ('problem' in answer) return unknown(answer.problem.message);
  const { findings = [], findingsOmitted = 0 } = answer;
  const its = findings.filter(
    (finding) => finding.id === id && (!client || (finding.client && sameId(finding.client, client))),
  );
  if (its.length > 0) return violated(...its.map(({ message }) => message));
  return findingsOmitted > 0
    ? unknown('The answer of the server was too long to hold all that it found.')
    : { is: 'compliant' };
}

export const serverFindingRules = (known: ReadonlySet<string>): readonly Check<NpsFacts>[] =>
  told(known, 'server').map(
    ({ appliesTo: _, mfa, blocks: __, fails: ___, mendedBy: ____, gate: _____, ...text }) => ({
      ...text,
      check: (facts) =>
        mfa && facts.mfaExtension === 'skip' ? notApplicable : verdictOf(facts.answer, text.id),
    }),
  );

export const gatewayFindingRules = (known: ReadonlySet<string>): readonly Check<RadiusClientFacts>[] =>
  told(known, 'gateway').map(
    ({ appliesTo: _, mfa: __, blocks: ___, fails: ____, mendedBy: _____, gate: ______, ...text }) => ({
      ...text,
      check: ({ usesRadius, gateway, servers }) =>
        usesRadius
          ? worst(
              servers.map(({ answer }) =>
                answer
                  ? verdictOf(answer, text.id, radiusClientName(gateway.id))
                  : unknown('A RADIUS server was not asked.'),
              ),
            )
          : notApplicable,
    }),
  );
