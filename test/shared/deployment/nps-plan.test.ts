import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../shared/deployment/contract.ts';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';
import { reasonsToAsk } from '../../../shared/deployment/guardrails/reasons-to-ask.ts';
import { settledNps, withNpsChanges } from '../../../shared/deployment/nps-plan.ts';
import { planDigest, planStatements } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import type { PlannedNpsChange } from '../../../shared/nps/planned-changes.ts';
import { defaults, facts, npsHost, npsId, request } from '../hub.ts';

const outline = makePlan(request(), facts(), defaults).plan!;
const added = {
  id: 'client-added:x',
  what: 'client added',
  scope: 'own',
  restart: true,
  asks: false,
} as const;
const codes = { id: 'mfa-text-codes', what: 'no codes', scope: 'server', restart: true, asks: true } as const;

const told = (changes: readonly PlannedNpsChange[], otherRadiusClients = 0, isNobodyAsked = false) =>
  withNpsChanges(outline, [{ changes, otherRadiusClients, problems: [] }], isNobodyAsked);
const reasons = (plan: Plan, rails: object = {}, ticketAsks = false) =>
  reasonsToAsk(guardrails.parse(rails), plan, ticketAsks);
const npsStep = (plan: Plan) => plan.steps.find(({ name }) => name === 'nps');

describe('a plan names what Set will change on NPS', () => {
  it('in its step, and in its statements with id, scope, restart and how many others use the server', () => {
    const plan = told([added, codes], 80);
    expect(npsStep(plan)).toEqual({
      name: 'nps',
      action: 'update',
      target: npsId,
      changes: [
        'client added (restarts NPS)',
        'no codes (for the whole server, restarts NPS, only with an approval)',
      ],
    });
    expect(planStatements(plan)).toEqual(
      expect.arrayContaining([
        'NPS on nps-01: number of other RADIUS clients that use it: 80',
        'NPS on nps-01 [client-added:x, own]: client added (restarts NPS)',
        'NPS on nps-01 [mfa-text-codes, server]: no codes (for the whole server, restarts NPS, only with an approval)',
      ]),
    );
  });

  it('and is another plan with another change, scope, restart or number of others', () => {
    const digests = [
      told([added], 1),
      told([added], 2),
      told([added, { ...codes, asks: false }], 1),
      told([{ ...added, scope: 'server' }], 1),
      told([{ ...added, restart: false }], 1),
      told([], 1),
    ].map(planDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('a server that is as wanted is kept', () => {
    expect(npsStep(told([]))).toEqual({ name: 'nps', action: 'keep', target: npsId });
  });
});

describe('the plan of two servers', () => {
  const second = npsId.replace('nps-01', 'nps-02');
  const two = makePlan(
    request({
      radius: {
        servers: [
          { address: '10.0.1.4', host: npsId },
          { address: '10.0.1.5', host: second },
        ],
      },
    }),
    facts({ npsHosts: [npsHost(), npsHost({ id: second })] }),
    { ...defaults, guardrails: guardrails.parse({ npsMachines: [npsId, second] }) },
  ).plan!;
  const of = (changes: readonly PlannedNpsChange[], secretKey?: string) => ({
    changes,
    otherRadiusClients: 0,
    problems: [],
    ...(secretKey && { secretKey }),
  });

  it('gives each its own changes and its own key, and changes no other step', () => {
    const plan = withNpsChanges(two, [of([]), of([added], 'key-of-nps-02')], false);
    expect(plan.steps.filter(({ name }) => name === 'nps').map(({ action }) => action)).toEqual([
      'keep',
      'update',
    ]);
    expect(plan.servers.map(({ secretKey }) => secretKey)).toEqual([undefined, 'key-of-nps-02']);
    expect(plan.servers[0]).not.toHaveProperty('secretKey');
    const others = (of: Plan) => of.steps.filter(({ name }) => name !== 'nps');
    expect(others(plan)).toEqual(others(two));
  });

  it('stays as it is where nobody has asked the servers', () => {
    expect(settledNps({ ...two, reasonsToAsk: [] })).toEqual(two);
  });

  it('says of what is left only what would have needed an approval', () => {
    const plan = withNpsChanges(two, [of([added, codes]), of([added])], true);
    expect(plan.warnings.filter(({ code }) => code === 'NpsChangeLeft')).toEqual([
      {
        code: 'NpsChangeLeft',
        message:
          'nps-01 does not get this change, because nobody was asked to approve it: no codes. A ticket that requires an approval, or the guardrail sharedNps, asks somebody.',
        target: npsId,
      },
    ]);
  });
});

describe('sharedNps', () => {
  it('asks for what meets others, by default, and says what on which server', () => {
    const [reason, ...more] = reasons(told([added, codes], 80));
    expect(more).toEqual([]);
    expect(reason).toMatchObject({ reason: 'sharedNps' });
    expect(reason!.message).toContain('nps-01 (other RADIUS clients: 80): no codes');
  });

  it('asks for nothing where no change asks', () => {
    expect(reasons(told([added], 80))).toEqual([]);
  });

  it('is not asked where the owner took it out, unless nobody could sign in without it', () => {
    const rails = { approval: { when: ['takesAway'] } };
    expect(reasons(told([codes], 80), rails)).toEqual([]);
    expect(reasons(told([{ ...codes, needed: true }], 80), rails)).toMatchObject([{ reason: 'sharedNps' }]);
  });
});

describe('what Set gets', () => {
  const settled = (plan: Plan, reasonsToAsk: Plan['reasonsToAsk']) => settledNps({ ...plan, reasonsToAsk });
  const ticket = [{ reason: 'ticket' as const, message: 'The ticket asks.' }];

  it('with an approval: all that the plan names', () => {
    const plan = settled(told([added, codes], 80), ticket);
    expect(plan.servers[0]!.approvedChanges).toEqual(['client-added:x', 'mfa-text-codes']);
    expect(plan.warnings).toEqual(outline.warnings);
  });

  it('with none: what needs none; the rest is left, and said', () => {
    const plan = settled(told([added, codes], 80), []);
    expect(plan.servers[0]).toMatchObject({ changes: [added], approvedChanges: ['client-added:x'] });
    expect(npsStep(plan)!.changes).toEqual(['client added (restarts NPS)']);
    expect(plan.warnings.at(-1)).toMatchObject({ code: 'NpsChangeLeft', target: npsId });
    expect(plan.warnings.at(-1)!.message).toContain('no codes');
  });

  it('in a repair or rotation: what asks is left, so that nobody is asked about it', () => {
    const plan = told([added, codes], 80, true);
    expect(reasons(plan)).toEqual([]);
    expect(settled(plan, []).servers[0]!.approvedChanges).toEqual(['client-added:x']);
  });
});
