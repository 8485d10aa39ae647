import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../shared/deployment/contract.ts';
import { guardrails } from '../../../../shared/deployment/guardrails/guardrails.ts';
import { reasonsToAsk } from '../../../../shared/deployment/guardrails/reasons-to-ask.ts';
import { npsId } from '../../hub.ts';

const nothingSet = guardrails.parse({});

describe('who is asked before a plan is carried out', () => {
  const plan = {
    steps: [],
    takesAway: [],
    servers: [],
    estimatedMonthlyCost: 365,
  } as unknown as Plan;
  const step = (name: string, action: string) => ({ name, action, target: 't' });
  const servers = [
    { address: '10.0.1.4', host: npsId, secretName: 'T' },
    { address: '10.0.1.5', host: `${npsId}-b`, secretName: 'kept' },
  ];
  const creates = {
    ...plan,
    servers,
    steps: [step('gateway', 'create'), step('radiusSecret', 'create')],
  } as unknown as Plan;
  const rotates = { ...plan, servers, steps: [step('radiusSecret', 'update')] } as unknown as Plan;
  const keeps = { ...plan, servers, steps: [step('radiusSecret', 'keep')] } as unknown as Plan;
  const loses = {
    ...plan,
    takesAway: [{ what: 'protocol', target: 'OpenVPN', message: 'OpenVPN goes.' }],
  } as Plan;
  const asks = (when: string[], of: Plan, ticketAsks = false, more: object = {}) =>
    reasonsToAsk(guardrails.parse({ approval: { when, ...more } }), of, ticketAsks).map(
      ({ reason }) => reason,
    );

  it('nobody by default, unless something is removed', () => {
    expect(reasonsToAsk(nothingSet, creates, false)).toEqual([]);
    expect(reasonsToAsk(nothingSet, loses, false)).toMatchObject([
      { reason: 'takesAway', message: expect.stringContaining('OpenVPN goes.') },
    ]);
  });

  it.each<[string[], Plan, boolean, object, string[]]>([
    [[], plan, true, {}, ['ticket']],
    [[], loses, false, {}, []],
    [['always'], plan, false, {}, ['always']],
    [['newGateway', 'newSecretOnServer'], creates, false, {}, ['newGateway', 'newSecretOnServer']],
    [['newGateway', 'newSecretOnServer'], plan, false, {}, []],
    [['newGateway', 'newSecretOnServer'], rotates, false, {}, ['newSecretOnServer']],
    [['newGateway', 'newSecretOnServer'], keeps, false, {}, []],
    [['costOver'], creates, false, { costOver: 300 }, ['costOver']],
    [['costOver'], creates, false, { costOver: 365 }, []],
    [
      ['costOver'],
      { ...creates, estimatedMonthlyCost: undefined } as unknown as Plan,
      false,
      { costOver: 9999 },
      ['costOver'],
    ],
  ])('%j', (when, of, ticketAsks, more, reasons) => {
    expect(asks(when, of, ticketAsks, more)).toEqual(reasons);
  });

  const messagesOf = (when: string[], of: object, ticketAsks = false, more: object = {}) =>
    reasonsToAsk(
      guardrails.parse({ approval: { when, ...more } }),
      { ...plan, ...of } as unknown as Plan,
      ticketAsks,
    ).map(({ reason, message }) => `${reason}: ${message}`);
  const onServer = (host: string, ...changes: object[]) => ({ host, changes, otherRadiusClients: 3 });
  const disables = { id: 'policy-disabled', what: 'networkPolicy Catch all: disabled', asks: true };
  const opens = { id: 'policy-grant', what: 'networkPolicy VPN: set to grant', asks: true, needed: true };
  const audits = { id: 'auditing-on', what: 'auditing switched on', asks: false };

  it.each<[string, string[], object, boolean, object, string[]]>([
    ['who wrote the ticket', [], {}, true, {}, ['ticket: The ticket asks for an approval.']],
    [
      'the guardrails',
      ['always'],
      {},
      false,
      {},
      ['always: The guardrails require an approval for every deployment.'],
    ],
    [
      'each thing that is removed',
      ['takesAway'],
      { takesAway: [{ message: 'OpenVPN goes.' }, { message: 'The pool changes.' }] },
      false,
      {},
      ['takesAway: It removes something, and users may notice this: OpenVPN goes. The pool changes.'],
    ],
    [
      'a new gateway',
      ['newGateway'],
      creates,
      false,
      {},
      ['newGateway: It creates a gateway, which costs money from its creation.'],
    ],
    [
      'no new gateway where only its subnet is new',
      ['newGateway'],
      { steps: [step('gatewaySubnet', 'create')] },
      false,
      {},
      [],
    ],
    [
      'no new gateway where one is changed',
      ['newGateway'],
      { steps: [step('gateway', 'update')] },
      false,
      {},
      [],
    ],
    [
      'two servers that get one new secret',
      ['newSecretOnServer'],
      {
        servers: servers.map((one) => ({ ...one, secretName: 't' })),
        steps: [step('radiusSecret', 'create')],
      },
      false,
      {},
      ['newSecretOnServer: It puts a new shared secret on nps-01 (10.0.1.4) and nps-01-b (10.0.1.5).'],
    ],
    [
      'no new secret where something else of that name is new',
      ['newSecretOnServer'],
      { servers, steps: [step('publicIp', 'create')] },
      false,
      {},
      [],
    ],
    [
      'the price',
      ['costOver'],
      creates,
      false,
      { costOver: 300 },
      [
        'costOver: The gateway will cost about 365 US dollars a month, and the guardrails require an approval above 300.',
      ],
    ],
    [
      'a price that nobody knows',
      ['costOver'],
      { ...creates, estimatedMonthlyCost: undefined },
      false,
      { costOver: 300 },
      [
        'costOver: The gateway will cost an amount that could not be found out a month, and the guardrails require an approval above 300.',
      ],
    ],
    [
      'no price where a gateway keeps its SKU, however dear it is',
      ['costOver'],
      { gatewayBefore: { sku: 'vpngw1az' }, sku: 'VpnGw1AZ', steps: [step('gateway', 'create')] },
      false,
      { costOver: 300 },
      [],
    ],
    [
      'the price of another SKU',
      ['costOver'],
      { gatewayBefore: { sku: 'VpnGw1AZ' }, sku: 'VpnGw2AZ' },
      false,
      { costOver: 300 },
      [
        'costOver: The gateway will cost about 365 US dollars a month, and the guardrails require an approval above 300.',
      ],
    ],
    [
      'no price where no gateway is created',
      ['costOver'],
      { steps: [step('publicIp', 'create')] },
      false,
      { costOver: 300 },
      [],
    ],
    [
      'no price where a new gateway stays',
      ['costOver'],
      { steps: [step('gateway', 'keep')] },
      false,
      { costOver: 300 },
      [],
    ],
    [
      'what other RADIUS clients meet, server by server',
      ['sharedNps'],
      { servers: [onServer(npsId, disables, audits), onServer(`${npsId}-b`, opens), { host: 'unasked' }] },
      false,
      {},
      [
        'sharedNps: On NPS it changes settings that other RADIUS clients use, or that somebody has decided there: nps-01 (other RADIUS clients: 3): networkPolicy Catch all: disabled; nps-01-b (other RADIUS clients: 3): networkPolicy VPN: set to grant.',
      ],
    ],
    [
      'nothing where NPS changes nothing of others',
      ['sharedNps'],
      { servers: [onServer(npsId, audits)] },
      false,
      {},
      [],
    ],
    [
      'a change without which nobody could sign in, though the guardrails ask for none',
      [],
      { servers: [onServer(npsId, disables, opens)] },
      false,
      {},
      [
        'sharedNps: Nobody could sign in without it: nps-01 (other RADIUS clients: 3): networkPolicy VPN: set to grant.',
      ],
    ],
    [
      'no change of NPS that can be left out, where the guardrails ask for none',
      [],
      { servers: [onServer(npsId, disables)] },
      false,
      {},
      [],
    ],
    [
      'that users have moved, first of all reasons but the ticket',
      ['always'],
      { migration: { part: 'last' } },
      true,
      {},
      [
        'ticket: The ticket asks for an approval.',
        'migration: It removes the old way. Approve it when every user has moved to the new way.',
        'always: The guardrails require an approval for every deployment.',
      ],
    ],
    [
      'nothing for the part of a migration that brings the new way',
      [],
      { migration: { part: 'first' } },
      false,
      {},
      [],
    ],
  ])('and is told %s', (_, when, of, ticketAsks, more, messages) => {
    expect(messagesOf(when, of, ticketAsks, more)).toEqual(messages);
  });

  it('is told a change of NPS once, where it is needed and the guardrails ask for it anyway', () => {
    expect(messagesOf(['sharedNps'], { servers: [onServer(npsId, opens)] })).toHaveLength(1);
  });

  it('of a new secret it is named which servers get it', () => {
    const asked = reasonsToAsk(
      guardrails.parse({ approval: { when: ['newSecretOnServer'] } }),
      rotates,
      false,
    );
    expect(asked).toMatchObject([{ message: 'It puts a new shared secret on nps-01 (10.0.1.4).' }]);
  });
});
