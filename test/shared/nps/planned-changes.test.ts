import { describe, expect, it } from 'vitest';
import { npsChecks } from '../../../shared/nps/checks/table.ts';
import {
  approvedChanges,
  changeSentence,
  npsServerPlan,
  type TestedServer,
} from '../../../shared/nps/planned-changes.ts';
import { type NpsAnswered, type NpsChange, parseNpsResult } from '../../../shared/nps/result.ts';

const host = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/nps-01';
const now = '2030-01-01T00:00:00Z';

const added = change('client-added:vpngw-hub');
function change(id: string, more: Partial<NpsChange> = {}): NpsChange {
  return { id, what: `does ${id}`, scope: 'own', restart: true, asks: false, ...more };
}
const server = (id: string, more: Partial<NpsChange> = {}) =>
  change(id, { scope: 'server', asks: true, ...more });

/** A server that is as wanted, except for the given state. */
function answer(
  changes: readonly NpsChange[],
  findings: readonly string[] = [],
  state: object = {},
  more: object = {},
): NpsAnswered {
  return parseNpsResult(
    JSON.stringify({
      changes,
      findings: findings.map((id) => ({ id, severity: 'high', message: `${id} is found.` })),
      state: {
        server: { name: 'NPS-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
        radiusClients: [],
        networkPolicy: { name: 'p', exists: true },
        mfa: { installed: true, loaded: true, certificate: { thumbprint: '0F', notAfter: '2035-01-01' } },
        blastRadius: {},
        audit: {},
        ...state,
      },
      ...more,
    }),
  ) as NpsAnswered;
}

const plan = (told: NpsAnswered, more: Partial<TestedServer> = {}) =>
  npsServerPlan({
    host,
    answer: told,
    holdsSecret: (proof) => proof === 'right',
    isRotation: false,
    isNobodyAsked: false,
    now,
    ...more,
  });
const codes = (told: NpsAnswered, more: Partial<TestedServer> = {}) =>
  plan(told, more).problems.map(({ code }) => code);
const ids = (changes: readonly NpsChange[]) => changes.map(({ id }) => id);

describe('what stops a plan', () => {
  it.each<[string, string, string]>([
    ['no policy of that name', 'policy-missing', 'PolicyNotFound'],
    ['two policies of that name', 'policy-twice', 'PolicyAmbiguous'],
    ['a client of another device', 'radius-client-conflict', 'RadiusClientConflict'],
    ['no extension', 'mfa-not-installed', 'MfaExtensionMissing'],
    ['an extension that is not loaded', 'mfa-not-loaded', 'MfaExtensionMissing'],
    ['an extension that is not registered', 'mfa-registration-needed', 'NpsNotReady'],
    ['Server Core', 'server-core', 'ServerCore'],
    ['another port', 'nps-ports', 'NpsNotReady'],
    ['requests that are forwarded', 'request-policy', 'NpsNotReady'],
  ])('%s', (_, finding, code) => {
    const [problem, ...more] = plan(answer([added], [finding])).problems;
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code, target: host });
    expect(problem!.message).toContain(`nps-01: ${finding} is found. To fix it: `);
  });

  it.each([
    ['a new client', 'radius-client-missing', added],
    ['a policy that is granted', 'policy-not-granting', change('policy-grant:p', { scope: 'shared' })],
    ['a policy of its own', 'policy-missing', change('policy-added:p')],
    ['an installation', 'mfa-not-installed', server('mfa-installed', { asks: false })],
  ])('not what Set fixes: %s', (_, finding, fixes) => {
    expect(codes(answer([fixes], [finding]))).toEqual([]);
  });

  it('not what is only worth knowing, and not that nobody can sign in before there is a client', () => {
    const findings = ['audit-off', 'mfa-version', 'other-clients-get-mfa', 'sign-in-blocked'];
    expect(codes(answer([added], findings))).toEqual([]);
  });

  it('a certificate that has expired or is gone, not one that expires soon', () => {
    const mfa = (certificate: object | null) => ({ mfa: { installed: true, loaded: true, certificate } });
    const until = (notAfter: string) => mfa({ thumbprint: '0F', notAfter });
    expect(codes(answer([], ['mfa-certificate'], until('2029-12-31')))).toEqual(['NpsNotReady']);
    expect(codes(answer([], ['mfa-certificate'], until(now)))).toEqual(['NpsNotReady']);
    expect(codes(answer([], ['mfa-certificate'], mfa(null)))).toEqual(['NpsNotReady']);
    expect(codes(answer([], ['mfa-certificate'], until('2030-01-20')))).toEqual([]);
  });

  it('a restart that would load the extension for others, only where something else restarts NPS', () => {
    const loads = server('mfa-loads-on-restart');
    const told = (...more: NpsChange[]) => answer([loads, ...more], ['mfa-loads-on-restart']);
    expect(codes(told(added), { isNobodyAsked: true })).toEqual(['MfaLoadsOnRestart']);
    expect(codes(told(), { isNobodyAsked: true })).toEqual([]);
    expect(codes(told(added))).toEqual([]);
  });

  it('in a rotation only what Set would refuse: the secret does not wait for the rest', () => {
    const findings = ['policy-disabled', 'nps-ports', 'mfa-not-loaded'];
    expect(codes(answer([], findings), { isRotation: true })).toEqual(['MfaExtensionMissing']);
  });

  it('an answer that could not hold all changes', () => {
    expect(plan(answer([added], [], {}, { changesOmitted: 2 })).problems).toEqual([
      {
        code: 'NpsPlanIncomplete',
        message:
          'nps-01 needs 2 more changes than its answer can contain. Run Test-VpnNpsConfiguration there (nps/README.md) and fix what it reports.',
        target: host,
      },
    ]);
  });
});

describe('a change that asks', () => {
  const enabled = change('policy-enabled:p', { scope: 'shared', asks: true });
  const told = answer([enabled, server('audit-on')], ['policy-disabled', 'audit-off']);

  it('is needed where nobody could sign in without it', () => {
    expect(plan(told).changes.map(({ id, needed = false }) => [id, needed])).toEqual([
      ['policy-enabled:p', true],
      ['audit-on', false],
    ]);
    expect(plan(told).problems).toEqual([]);
  });

  it('is needed also beside another that is needed', () => {
    const two = answer([enabled, added], ['policy-disabled', 'radius-client-missing']);
    expect(plan(two).changes.map(({ needed }) => needed)).toEqual([true, true]);
  });

  it('is a problem where nobody is asked', () => {
    const { problems } = plan(told, { isNobodyAsked: true });
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toBe(
      'The NPS server nps-01: policy-disabled is found. A change can fix this, but it needs an approval. Send a ticket that asks for an approval. The change: does policy-enabled:p.',
    );
  });

  it('is one of several that fix the same, which are all named', () => {
    const again = change('policy-enabled:q', { scope: 'shared', asks: true });
    const { problems } = plan(answer([enabled, again], ['policy-disabled']), { isNobodyAsked: true });
    expect(problems[0]!.message).toContain('The change: does policy-enabled:p; does policy-enabled:q.');
  });
});

describe('the shared secret, which Test is not given', () => {
  const client = (more: object) => ({
    radiusClients: [
      {
        name: 'vpngw-hub',
        address: '10.0.255.0/27',
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: false,
        ...more,
      },
    ],
  });
  const changed = (more: object) => ids(plan(answer([], [], client(more))).changes);

  it('is replaced where the proof is of another, or there is none', () => {
    expect(changed({ secretProof: 'right' })).toEqual([]);
    expect(changed({ secretProof: 'wrong' })).toEqual(['client-secret:vpngw-hub']);
    expect(changed({})).toEqual(['client-secret:vpngw-hub']);
  });

  it('is one change, also where the server names it itself', () => {
    const { changes } = plan(answer([], [], client({ secretProof: 'wrong' })));
    expect(changes).toEqual([
      {
        id: 'client-secret:vpngw-hub',
        what: 'radiusClient vpngw-hub: shared secret replaced',
        scope: 'own',
        restart: true,
        asks: false,
      },
    ]);
    expect(ids(plan(answer([added], [], client({}))).changes)).toEqual([added.id, 'client-secret:vpngw-hub']);
    const own = [added, change('client-secret:vpngw-hub')];
    expect(plan(answer(own, [], client({}))).changes).toEqual(own);
  });

  it.each<[string, object, object, string[]]>([
    ['hold the one that is planned', { enabled: true, secretProof: 'right' }, {}, []],
    ['hold another', { enabled: true, secretProof: 'wrong' }, {}, ['RadiusClientNarrower']],
    ['do not prove theirs', { enabled: true }, {}, ['RadiusClientNarrower']],
    ['are disabled', { enabled: false, secretProof: 'right' }, {}, ['RadiusClientNarrower']],
    [
      'hold that of before a rotation',
      { enabled: true, secretProof: 'right' },
      { isRotation: true, holdsSecret: () => false },
      ['RadiusClientNarrower'],
    ],
  ])('narrower clients that %s, whatever the server concludes', (_, more, how, expected) => {
    const narrowerClients = [{ client: 'vpngw-hub', named: "'by-hand' (10.0.255.4)", ...more }];
    const { problems } = plan(answer([added], ['radius-client-narrower'], { narrowerClients }), how);
    expect(problems.map(({ code }) => code)).toEqual(expected);
    const why =
      'enabled' in more && more.enabled
        ? 'its secret is not the one that vpngw-hub will have'
        : 'NPS refuses requests of a disabled client';
    for (const { message } of problems)
      expect(message).toContain(
        `nps-01: NPS uses 'by-hand' (10.0.255.4) before the RADIUS client vpngw-hub, and ${why}. Requests from there would be refused.`,
      );
  });

  it('is that of the client as NPS names it', () => {
    expect(changed({ heldAs: 'AzureVPN' })).toEqual(['client-secret:AzureVPN']);
  });
});

describe('what Set is told', () => {
  it('are the ids of the plan', () => {
    expect(approvedChanges([added])).toEqual(['client-added:vpngw-hub']);
    expect(approvedChanges([])).toEqual([]);
  });

  it('is nothing where the role is only installed: a new NPS tells then what it needs', () => {
    const { changes } = plan(answer([server('role-installed', { asks: false })], ['npas-missing']));
    expect(approvedChanges(changes)).toBeUndefined();
    expect(changes[0]!.what).toContain('everything that a new NPS needs');
  });

  it('says that of the new role only', () => {
    const { changes } = plan(answer([server('role-installed'), server('audit-on')]));
    expect(changes[1]!.what).toBe('does audit-on');
  });

  it('has with an installation what the new extension needs', () => {
    const { changes } = plan(answer([server('mfa-installed')], ['mfa-not-installed']));
    expect(changes).toMatchObject([
      { id: 'mfa-installed', asks: true },
      {
        id: 'mfa-text-codes',
        what: 'mfaExtension: OVERRIDE_NUMBER_MATCHING_WITH_OTP set to FALSE',
        scope: 'server',
        restart: true,
        asks: true,
      },
    ]);
    expect(plan(answer(changes)).changes.map(({ id }) => id)).toEqual(['mfa-installed', 'mfa-text-codes']);
  });

  it.each<[Partial<NpsChange>, string]>([
    [{ restart: false }, 'does x'],
    [{}, 'does x (restarts NPS)'],
    [{ scope: 'server', restart: false }, 'does x (for the whole server)'],
    [
      { scope: 'shared', asks: true },
      'does x (for everybody whom the policy applies to, restarts NPS, only with an approval)',
    ],
  ])('is one sentence for each: %j', (more, expected) => {
    expect(changeSentence(change('x', more))).toBe(expected);
  });
});

it('knows for each check that Set can fix how its change is called', () => {
  const fixing = npsChecks.filter(({ fixedBy }) => fixedBy);
  expect(fixing.length).toBeGreaterThan(10);
  for (const { id, fails, isGate, blocks } of fixing) expect(fails || isGate || blocks, id).toBeTruthy();
});

it('tells who else uses the server, and the key of the server', () => {
  const secretKey = Buffer.alloc(256, 0x81).toString('base64');
  const { server: its } = answer([]).state;
  const told = answer([], [], { server: { ...its, secretKey }, otherRadiusClients: 3 });
  expect(plan(told)).toMatchObject({ otherRadiusClients: 3, secretKey });
  expect(plan(answer([]))).toStrictEqual({ changes: [], otherRadiusClients: 0, problems: [] });
});
