import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../shared/core/check.ts';
import type { SharedSecretFacts } from '../../../../shared/secret/checks/facts.ts';
import {
  secretChecks,
  secretOnNpsVerdict,
  sharedSecretSentence,
} from '../../../../shared/secret/checks/secret-checks.ts';

type Server = SharedSecretFacts['servers'][number];
type Known = Extract<Server['secret'], { is: 'known' }>;

const secret = (more: Partial<Known> = {}): Known => ({
  is: 'known',
  name: 'radius-hub',
  createdAt: '2030-05-01T12:34:56Z',
  differsOnGateway: false,
  ...more,
});
const server = (more: Partial<Server> = {}): Server => ({
  address: '10.0.1.4',
  secret: secret(),
  ...more,
});
const facts = (servers: readonly Server[], more: Partial<SharedSecretFacts> = {}): SharedSecretFacts => ({
  usesRadius: true,
  servers,
  secretMaxAgeDays: 180,
  now: '2030-06-01T05:00:00.000Z',
  ...more,
});
const check = (id: string, its: SharedSecretFacts) => secretChecks.find((one) => one.id === id)!.check(its);
const violated = (...evidence: string[]): Verdict => ({ is: 'violated', evidence });
const unknown = (reason: string): Verdict => ({ is: 'unknown', reason });
const compliant: Verdict = { is: 'compliant' };

const probed = (outcome: 'accepts anyone' | 'secret mismatch' | 'no answer', more: Partial<Server> = {}) =>
  server({ probe: { outcome, message: 'what it said.' }, ...more });

it.each<[string, SharedSecretFacts, Verdict]>([
  ['radius-secret-gateway', facts([server()]), compliant],
  [
    'radius-secret-gateway',
    facts([server({ secret: secret({ differsOnGateway: true }) })]),
    violated('For RADIUS server 10.0.1.4 the gateway holds a different secret.'),
  ],
  [
    'radius-secret-gateway',
    facts([server({ secret: secret({ differsOnGateway: undefined }) })]),
    unknown('Azure did not tell which secrets the gateway holds.'),
  ],
  ['radius-secret-gateway', facts([server()], { usesRadius: false }), { is: 'notApplicable' }],
  [
    'radius-secret-gateway',
    facts([server({ secret: { is: 'untracked' } })]),
    unknown('Key Vault holds no secret that is known to belong to RADIUS server 10.0.1.4.'),
  ],
  [
    'radius-secret-gateway',
    facts([server({ secret: { is: 'unreadable', reason: 'Key Vault refused.' } })]),
    unknown('Key Vault refused.'),
  ],
  ['radius-no-answer', facts([server()]), { is: 'notApplicable' }],
  ['radius-no-answer', facts([server({ probe: { outcome: 'ok' } })]), compliant],
  ['radius-no-answer', facts([probed('no answer')]), unknown('10.0.1.4: what it said.')],
  ['radius-no-answer', facts([probed('no answer')], { asked: {} }), violated('10.0.1.4: what it said.')],
  ['radius-no-answer', facts([probed('accepts anyone')]), violated('10.0.1.4: what it said.')],
  ['radius-no-answer', facts([probed('secret mismatch')]), violated('10.0.1.4: what it said.')],
  [
    'radius-no-answer',
    facts([probed('secret mismatch', { hasSameSecret: true })]),
    unknown('10.0.1.4: what it said. The RADIUS client of the gateway holds the right one.'),
  ],
  [
    'radius-no-answer',
    facts([probed('no answer', { hasSameSecret: true })], { asked: {} }),
    violated('10.0.1.4: what it said.'),
  ],
  [
    'radius-secret-old',
    facts([server({ secret: secret({ createdAt: '2029-12-01T12:34:56Z' }) })]),
    violated('radius-hub was created on 2029-12-01, 181 days ago. At most 180 days are allowed.'),
  ],
  [
    'radius-secret-old',
    facts([server({ secret: secret({ createdAt: '2029-12-02T12:34:56Z' }) })]),
    compliant,
  ],
  [
    'radius-secret-expired',
    facts([server({ secret: secret({ expiredAt: '2030-05-31' }) })]),
    violated('radius-hub expired on 2030-05-31.'),
  ],
  [
    'radius-secret-unusable',
    facts([server({ secret: secret({ problem: 'it is empty' }) })]),
    violated('radius-hub cannot be used: it is empty.'),
  ],
  [
    'radius-secret-shared',
    facts([
      server(),
      server({ address: '10.0.1.5', secret: secret({ name: 'Radius-Hub' }) }),
      server({ address: '10.0.1.6', secret: { is: 'untracked' } }),
    ]),
    violated(
      '10.0.1.4 and 10.0.1.5 share the secret radius-hub.',
      '10.0.1.4 and 10.0.1.5 share the secret Radius-Hub.',
    ),
  ],
  // Said of both servers, reported once.
  [
    'radius-secret-shared',
    facts([server(), server({ address: '10.0.1.5' })]),
    violated('10.0.1.4 and 10.0.1.5 share the secret radius-hub.'),
  ],
])('%s', (id, its, verdict) => {
  expect(check(id, its)).toEqual(verdict);
});

describe('the secret on NPS', () => {
  const host = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/nps-01';
  it.each<[string, Partial<Server>, Verdict]>([
    ['is the same', { hasSameSecret: true }, compliant],
    [
      'is another',
      { hasSameSecret: false, host },
      violated('The RADIUS client on nps-01 (10.0.1.4) has a different secret.'),
    ],
    [
      'is not known: no proof',
      { host, answer: { host } },
      unknown('nps-01 did not prove which secret it holds.'),
    ],
    ['is not known: not asked', {}, unknown('10.0.1.4 did not prove which secret it holds.')],
    [
      'is not known: no answer',
      { host, answer: { problem: { message: 'It is off.' } } },
      unknown('It is off.'),
    ],
  ])('%s', (_, its, verdict) => {
    expect(secretOnNpsVerdict(facts([server(its)]))).toEqual(verdict);
  });
});

it('a secret of one server is shared with nobody', () => {
  expect(
    sharedSecretSentence([{ address: '10.0.1.4', secretName: 'radius-hub' }], 'radius-hub'),
  ).toBeUndefined();
});
