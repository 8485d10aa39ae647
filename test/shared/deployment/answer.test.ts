import { describe, expect, it } from 'vitest';
import { answerText, type Question } from '../../../shared/deployment/answer.ts';
import type { MigrationPlan } from '../../../shared/deployment/contract.ts';
import { planStatements } from '../../../shared/deployment/plan-statements.ts';
import { makePlan } from '../../../shared/deployment/planning.ts';
import { makeRemovalPlan } from '../../../shared/deployment/removal/planning.ts';
import { defaults, facts, gatewayId, request } from '../hub.ts';
import { removalFacts } from './removal/made-for-hub.ts';

const result = {
  gatewayId:
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub',
  radiusClient: 'vpngw-hub',
  networkPolicy: 'VPN users',
  publicIpAddresses: ['20.1.2.3'],
  changes: ['GatewaySubnet 10.0.255.0/27 created', 'gateway vpngw-hub created'],
};

describe('what a ticket is told', () => {
  it('names the gateway, what NPS holds, and every change on a line of its own', () => {
    const text = answerText({ status: 'Succeeded', result });
    expect(text).toContain('through vpngw-hub');
    expect(text).toContain('RADIUS client on NPS: vpngw-hub. Network policy: VPN users.');
    expect(text.split('\n')).toContain('- gateway vpngw-hub created');
  });

  it('tells what users notice of what was changed, and of a new gateway what they may need', () => {
    const usersNotice = ['The client address pool 172.16.0.0/24 is removed.'];
    expect(answerText({ status: 'Succeeded', result: { ...result, usersNotice } })).toContain(
      'Users notice:\n- The client address pool 172.16.0.0/24 is removed.',
    );
    expect(answerText({ status: 'Succeeded', result })).toContain('Users need a new client profile after');
  });

  it('names the step at which it failed, and none where it failed between two', () => {
    const failure = { code: 'NpsRunTimedOut', message: 'The NPS server did not answer.' };
    expect(answerText({ status: 'Failed', stage: 'nps', failure })).toContain(
      'failed at the step "nps": The',
    );
    expect(answerText({ status: 'Failed', failure })).toContain('The deployment failed: The NPS server');
  });

  it('says so when there was nothing to change', () => {
    const { changes: _, ...unchanged } = result;
    for (const its of [unchanged, { ...result, changes: [] }])
      expect(answerText({ status: 'Succeeded', result: its })).toContain('Nothing was changed');
    expect(answerText({ status: 'Succeeded', isRemoval: true, result: unchanged })).toContain(
      'Everything was already removed.',
    );
  });

  it('names the step, the reason and its code, lists what is kept, and says what to do', () => {
    const failure = { code: 'NpsRunTimedOut', message: 'The NPS server did not answer.' };
    const text = answerText({ status: 'Failed', stage: 'nps', failure, result });
    expect(text).toContain('at the step "nps": The NPS server did not answer. (NpsRunTimedOut)');
    expect(text).toContain('- GatewaySubnet 10.0.255.0/27 created');
    expect(text).toContain('send the same ticket again');
  });

  it('says that nothing was changed when a deployment failed before it wrote', () => {
    const failure = { code: 'RequestRefused', message: 'The pool overlaps.' };
    expect(answerText({ status: 'Failed', stage: 'plan', failure })).toContain('Nothing was changed.');
  });
});

type Ending = Parameters<typeof answerText>[0];
const failure = { code: 'NpsRunTimedOut', message: 'The NPS server did not answer.' };
const bare = { gatewayId: result.gatewayId };
const removed = { ...bare, changes: ['RADIUS client removed', 'gateway vpngw-hub deleted'] };
const migration: MigrationPlan = {
  path: 'to-entra',
  part: 'first',
  title: 'To Entra ID',
  forUsers: 'They get a new profile.',
  goBack: 'Reject it.',
  atTheEnd: 'RADIUS is removed.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway',
};

describe('the whole text', () => {
  it.each<[string, Ending, string[]]>([
    [
      'of a deployment that succeeded',
      { status: 'Succeeded', result: { ...result, publicIpAddresses: ['20.1.2.3', '20.1.2.4'] } },
      [
        'The virtual network has point-to-site VPN through vpngw-hub, authenticated by RADIUS against NPS.',
        'RADIUS client on NPS: vpngw-hub. Network policy: VPN users.',
        'Public IP: 20.1.2.3, 20.1.2.4.',
        'Changed:',
        '- GatewaySubnet 10.0.255.0/27 created',
        '- gateway vpngw-hub created',
        'Users need a new client profile after a change of protocol or authentication.',
      ],
    ],
    [
      'of a rotation during which nobody could sign in',
      {
        status: 'Succeeded',
        result: {
          ...result,
          signInGap: { from: '03:00', to: '03:01', seconds: 60, atMostSeconds: 90 },
          usersNotice: ['A short interruption.'],
        },
      },
      [
        'The virtual network has point-to-site VPN through vpngw-hub, authenticated by RADIUS against NPS.',
        'RADIUS client on NPS: vpngw-hub. Network policy: VPN users.',
        'Public IP: 20.1.2.3.',
        'Changed:',
        '- GatewaySubnet 10.0.255.0/27 created',
        '- gateway vpngw-hub created',
        'Nobody could sign in for 60 seconds, from 03:00 to 03:01 (at most 90 seconds, counted from the moment when the NPS server began to use the secret).',
        'Users notice:',
        '- A short interruption.',
      ],
    ],
    [
      'of a deployment that failed',
      { status: 'Failed', stage: 'nps', failure, result },
      [
        'The deployment failed at the step "nps": The NPS server did not answer. (NpsRunTimedOut)',
        'What was done so far is kept:',
        '- GatewaySubnet 10.0.255.0/27 created',
        '- gateway vpngw-hub created',
        'When the cause is fixed, send the same ticket again. It continues from what exists.',
      ],
    ],
    [
      'of a deployment that was canceled',
      { status: 'Canceled', failure: { code: 'Canceled', message: 'Canceled by anna.' }, result },
      [
        'Canceled by anna.',
        'What was done so far is kept:',
        '- GatewaySubnet 10.0.255.0/27 created',
        '- gateway vpngw-hub created',
      ],
    ],
    [
      'of one that was canceled, nobody knows by whom',
      { status: 'Canceled' },
      ['The deployment was canceled.', 'Nothing was changed.'],
    ],
    [
      'of one that was rejected',
      { status: 'Rejected', failure: { code: 'Rejected', message: 'Rejected by anna: not now.' } },
      ['Rejected by anna: not now.'],
    ],
    [
      'of one that was rejected, nobody knows by whom',
      { status: 'Rejected' },
      ['The request was rejected. Nothing was written.'],
    ],
    [
      'of one that waits, whose plan is not at hand',
      { status: 'AwaitingApproval' },
      ['The deployment waits for an approval. Nothing has been written yet.'],
    ],
    ['of one that runs', { status: 'Running' }, ['The deployment has started.']],
    [
      'of a deployment that removed a user group, which is no removal of the gateway',
      { status: 'Failed', failure, result: { ...bare, removed: [{ what: 'userGroup', id: 'finance' }] } },
      [
        'The deployment failed: The NPS server did not answer. (NpsRunTimedOut)',
        'Nothing was changed.',
        'When the cause is fixed, send the same ticket again. It continues from what exists.',
      ],
    ],
    [
      'of a removal that succeeded',
      { status: 'Succeeded', isRemoval: true, result: removed },
      [
        'Everything that this app has made for vpngw-hub is removed. The record of it is kept.',
        'Removed:',
        '- RADIUS client removed',
        '- gateway vpngw-hub deleted',
      ],
    ],
    [
      'of a removal that had nothing left to remove',
      { status: 'Succeeded', isRemoval: true, result: { ...bare, changes: [] } },
      [
        'Everything that this app has made for vpngw-hub is removed. The record of it is kept.',
        'Everything was already removed.',
      ],
    ],
    [
      'of a removal that failed',
      { status: 'Failed', isRemoval: true, stage: 'nps', failure, result: removed },
      [
        'The removal failed at the step "nps": The NPS server did not answer. (NpsRunTimedOut)',
        'Removed so far:',
        '- RADIUS client removed',
        '- gateway vpngw-hub deleted',
        'When the cause is fixed, send the same removal again. It continues with what is left.',
      ],
    ],
    [
      'of a removal that was canceled before it began',
      { status: 'Canceled', isRemoval: true },
      ['The removal was canceled.', 'Nothing was removed.'],
    ],
    [
      'of a removal that was canceled',
      {
        status: 'Canceled',
        isRemoval: true,
        failure: { code: 'Canceled', message: 'Canceled by anna.' },
        result: removed,
      },
      ['Canceled by anna.', 'Removed so far:', '- RADIUS client removed', '- gateway vpngw-hub deleted'],
    ],
    [
      'of a removal that was rejected',
      { status: 'Rejected', isRemoval: true, failure: { code: 'Rejected', message: 'Rejected by anna.' } },
      ['Rejected by anna.'],
    ],
    [
      'of a removal that was rejected, nobody knows by whom',
      { status: 'Rejected', isRemoval: true },
      ['The removal was rejected. Nothing was removed.'],
    ],
    [
      'of a removal that waits, whose plan is not at hand',
      { status: 'AwaitingApproval', isRemoval: true },
      ['The removal waits for an approval. Nothing has been removed yet.'],
    ],
    ['of a removal that runs', { status: 'Running', isRemoval: true }, ['The removal has started.']],
    [
      'of a migration that succeeded',
      { status: 'Succeeded', result: { ...removed, removed: [], migration } },
      [
        'The migration of vpngw-hub ("To Entra ID") has succeeded.',
        'Changed:',
        '- RADIUS client removed',
        '- gateway vpngw-hub deleted',
        'To go back: Reject it.',
      ],
    ],
    [
      'of a migration that had nothing to do',
      { status: 'Succeeded', result: { migration } },
      [
        'The migration of the gateway ("To Entra ID") has succeeded.',
        'Nothing had to be changed.',
        'To go back: Reject it.',
      ],
    ],
    [
      'of a migration that failed',
      {
        status: 'Failed',
        stage: 'lastPart',
        failure,
        result: { ...bare, changes: ['OpenVPN added'], migration },
      },
      [
        'The migration of vpngw-hub ("To Entra ID") failed at the step "lastPart": The NPS server did not answer. (NpsRunTimedOut)',
        'What was done so far is kept:',
        '- OpenVPN added',
        'When the cause is fixed, send the same migration again. It continues with what is left.',
        'To go back: Reject it.',
      ],
    ],
    [
      'of a migration that waits until users have moved',
      { status: 'AwaitingApproval', result: { ...bare, migration } },
      [
        'vpngw-hub now has the new way and the old way ("To Entra ID"). The migration waits until somebody says that users have moved. Then: RADIUS is removed.',
        'Nothing was changed.',
        'To go back: Reject it.',
      ],
    ],
    ...(['Canceled', 'Rejected'] as const).map((status): [string, Ending, string[]] => [
      `of a migration that was ${status}`,
      { status, failure: { code: status, message: `${status} by anna.` }, result: { ...bare, migration } },
      [`${status} by anna.`, 'Nothing was changed.', 'To go back: Reject it.'],
    ]),
    [
      'of a migration that was stopped, nobody knows by whom',
      { status: 'Canceled', result: { ...bare, migration } },
      ['The migration of vpngw-hub was stopped.', 'Nothing was changed.', 'To go back: Reject it.'],
    ],
    [
      'of a migration that runs',
      { status: 'Running', result: { ...bare, migration } },
      ['The migration of vpngw-hub ("To Entra ID") has started.'],
    ],
  ])('%s', (_, ending, lines) => {
    expect(answerText(ending)).toBe(lines.join('\n'));
  });
});

describe('whoever is to decide reads', () => {
  const { plan } = makePlan(request(), facts(), defaults);
  const notice = (message: string) => ({ change: 'pool', target: 't', message, source: 's' }) as never;
  const question = (more: Partial<Question> = {}): Question => ({
    plan: {
      ...plan!,
      takesAway: [{ what: 'protocol', target: 'OpenVPN', message: 'OpenVPN goes.' }],
      usersNotice: [notice('OpenVPN goes.'), notice('Everybody is disconnected.')],
      warnings: [
        { code: 'Mind', message: 'Everybody is disconnected.' },
        { code: 'Mind', message: 'The DNS servers are two.' },
      ],
      reasonsToAsk: [{ reason: 'takesAway', message: 'It removes OpenVPN.' }],
      estimatedMinutes: 50,
    },
    digest: 'abc',
    differences: [],
    decideBy: '2030-01-08T00:00:00Z',
    turn: 1,
    ...more,
  });
  const told = (asked: Question, more: Partial<Ending> = {}) =>
    answerText({ status: 'AwaitingApproval', question: asked, ...more }).split('\n');

  it('why, the whole plan, and each thing that users notice once', () => {
    const asked = question();
    expect(told(asked)).toEqual([
      'The deployment waits for an approval. Nothing has been written yet.',
      'Why an approval is needed:',
      '- It removes OpenVPN.',
      'The plan:',
      ...planStatements(asked.plan).map((one) => `- ${one}`),
      'What users will also notice:',
      '- Everybody is disconnected.',
      'Mind:',
      '- The DNS servers are two.',
      'It takes about 50 minutes.',
      'Decide until 2030-01-08T00:00:00Z. An approval must name the digest of this plan: abc',
    ]);
  });

  it('no heading over nothing', () => {
    const quiet = { ...question().plan, takesAway: [], usersNotice: [], warnings: [] } as Question['plan'];
    expect(told(question({ plan: quiet })).filter((line) => line.endsWith(':'))).toEqual([
      'Why an approval is needed:',
      'The plan:',
    ]);
  });

  it('what it costs, where that is known', () => {
    const plan = { ...question().plan, estimatedMonthlyCost: 0 } as Question['plan'];
    expect(told(question({ plan }))).toContain(
      'The gateway costs about 0 US dollars a month, by the public price list.',
    );
  });

  it('what has changed since somebody approved the plan before it', () => {
    const lines = told(question({ differences: ['new: Protocols: IkeV2'] }));
    expect(lines.slice(3, 5)).toEqual([
      'An approved plan is not valid any more. What has changed since its approval:',
      '- new: Protocols: IkeV2',
    ]);
  });

  it('all of a removal', () => {
    const removal = makeRemovalPlan(removalFacts(), { gatewayId }).plan!;
    const lines = told(question({ plan: removal }), { isRemoval: true });
    expect(lines[0]).toBe('The removal waits for an approval. Nothing has been removed yet.');
    expect(lines).toEqual(expect.arrayContaining(planStatements(removal).map((one) => `- ${one}`)));
    expect(lines.filter((line) => line.endsWith(':'))).toEqual(['Why an approval is needed:', 'The plan:']);
  });

  it('of a migration, that the gateway has both ways now', () => {
    const lines = told(question(), { result: { ...bare, migration } });
    expect(lines[0]).toMatch(/^vpngw-hub now has the new way and the old way/);
    expect(lines).toContain('The plan:');
    expect(lines.at(-1)).toBe('To go back: Reject it.');
  });
});
