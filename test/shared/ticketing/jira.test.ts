import { describe, expect, it } from 'vitest';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { TicketAnswer } from '../../../shared/deployment/contract.ts';
import { jiraWorkflow } from '../../../shared/deployment/tickets/jira-workflow.ts';
import { atlassianDocument, jiraTickets } from '../../../shared/ticketing/jira.ts';
import { noteOf } from '../../../shared/ticketing/note.ts';
import { scriptedCall } from './scripted-call.ts';

const answer = (status: TicketAnswer['status']) =>
  ({ id: 'a1', deploymentId: 'vpn-1', virtualNetworkId: '/vnets/hub', status, text: 'So.' }) as TicketAnswer;
const marker = '(answer a1)';
const issue = '/rest/api/3/issue/NET-1';
const comments = ['GET', `${issue}/comment?orderBy=-created&maxResults=100`];
const transitions = ['GET', `${issue}/transitions`];
const status = ['GET', `${issue}?fields=status`];
const myself = ['GET', '/rest/api/3/myself'];
const commented = (...paragraphs: string[]) => [
  'POST',
  `${issue}/comment`,
  { body: atlassianDocument(paragraphs) },
];
const moved = (id: string) => ['POST', `${issue}/transitions`, { transition: { id } }];
const comment = (text: string, accountId?: string) => ({
  ...(accountId && { author: { accountId } }),
  body: atlassianDocument([text]),
});
const in_ = (name: string) => ({ fields: { status: { name } } });

/** The issue as these answers; its workflow moves what succeeded to Done, and nothing else. */
async function told(its: TicketAnswer, ...answers: unknown[]) {
  const { call, asked } = scriptedCall(...answers);
  const workflow = { ...jiraWorkflow.parse({}), transitions: { Succeeded: 'Done' } };
  const failure = await jiraTickets(call, workflow)
    .answer({ system: 'jira', id: 'NET-1' }, its)
    .then(
      () => undefined,
      (error) => error,
    );
  return { asked, failure };
}

it.each(['x/NET-1', '../../user?x=NET-1', 'NET-1?x', 'NET-', '1-NET', 'NET 1'])(
  '%j is no key of an issue, and nothing is asked',
  async (id) => {
    const { call, asked } = scriptedCall();
    const telling = jiraTickets(call, jiraWorkflow.parse({})).answer(
      { system: 'jira', id },
      answer('Failed'),
    );
    await expect(telling).rejects.toMatchObject({
      failure: {
        code: 'TicketIdUnknown',
        message: `${id} is not the key of a Jira issue, such as VPN-12.`,
        target: 'ticket.id',
      },
    });
    expect(asked).toEqual([]);
  },
);

describe('the comment of an answer', () => {
  const failedNote = noteOf(answer('Failed'));
  it('is written where there is none, without a look at who we are', async () => {
    expect(await told(answer('Failed'), {})).toEqual({
      asked: [comments, commented(...failedNote)],
      failure: undefined,
    });
    const others = { comments: [comment('(answer a10)', 'me'), { author: { accountId: 'me' } }] };
    expect((await told(answer('Failed'), others)).asked).toEqual([comments, commented(...failedNote)]);
  });

  it('is not written again where our own account has written it', async () => {
    const { asked } = await told(
      answer('Failed'),
      { comments: [comment(marker, 'me')] },
      { accountId: 'me' },
    );
    expect(asked).toEqual([comments, myself]);
  });

  it.each([
    ['by somebody else', comment(marker, 'mallory'), { accountId: 'me' }],
    ['by an account that is gone', comment(marker), { accountId: 'me' }],
    ['by an account that is gone, while we cannot say who we are', comment(marker), {}],
    ['while we may not ask who we are', comment(marker, 'me'), failed('TicketAnswerRejected', 'No.')],
  ])('is written where its words were written %s', async (_, other, who) => {
    const { asked } = await told(answer('Failed'), { comments: [other] }, who);
    expect(asked).toEqual([comments, myself, commented(...failedNote)]);
  });

  it('waits where Jira does not say who we are at the moment', async () => {
    const busy = new VpnRadiusError({ code: 'TicketSystemUnavailable', message: '503', transient: true });
    const { asked, failure } = await told(answer('Failed'), { comments: [comment(marker, 'me')] }, busy);
    expect(failure).toBe(busy);
    expect(asked).toEqual([comments, myself]);
    const fault = new RangeError('a fault of this app');
    expect((await told(answer('Failed'), { comments: [comment(marker)] }, fault)).failure).toBe(fault);
  });
});

describe('the transition of an answer', () => {
  const note = noteOf(answer('Succeeded'));
  const reads = [comments, transitions, status];

  it.each([
    [
      'its name',
      [
        { id: '1', name: 'Finish', to: { name: 'Done' } },
        { id: '2', name: 'DONE' },
      ],
      '2',
    ],
    [
      'the status to which it leads',
      [
        { id: '1', name: 'Start' },
        { id: '3', name: 'X', to: { name: 'done' } },
      ],
      '3',
    ],
  ])('is found by %s', async (_, offered, id) => {
    const { asked } = await told(answer('Succeeded'), {}, { transitions: offered }, in_('To Do'));
    expect(asked).toEqual([...reads, commented(...note), moved(id)]);
  });

  it.each([
    ['has that status', [], 'done'],
    ['has the status to which it leads', [{ id: '1', name: 'Done', to: { name: 'Closed' } }], 'Closed'],
  ])('is left out where the issue %s already', async (_, offered, name) => {
    const { asked } = await told(answer('Succeeded'), {}, { transitions: offered }, in_(name));
    expect(asked).toEqual([...reads, commented(...note)]);
  });

  it.each([
    [in_('To Do'), 'To Do'],
    [{ fields: {} }, 'here'],
    [{}, 'here'],
  ])('that %j does not offer is asked of a person', async (its, from) => {
    const remark = `Jira offers no transition "Done" from ${from}. Please move the issue by hand.`;
    const { asked } = await told(answer('Succeeded'), {}, {}, its);
    expect(asked).toEqual([...reads, commented(...noteOf(answer('Succeeded'), remark))]);
  });

  it('to a status that nobody can read is made', async () => {
    const { asked } = await told(answer('Succeeded'), {}, { transitions: [{ id: '1', name: 'Done' }] }, {});
    expect(asked.at(-1)).toEqual(moved('1'));
  });

  const offered = { transitions: [{ id: '1', name: 'Done' }] };
  const refusal = failed('TicketAnswerRejected', 'resolution: It is required.');
  const refused = (...paragraphs: string[]) => [
    ...reads,
    commented(...note),
    moved('1'),
    ...paragraphs.map((one) => commented(one)),
  ];

  it('that Jira refuses is told in a comment of its own, once', async () => {
    const words =
      'The issue could not be moved by "Done". Please move it by hand. resolution: It is required.';
    const notMoved = '(answer a1: not moved)';
    const first = await told(answer('Succeeded'), {}, offered, in_('To Do'), {}, refusal);
    expect(first).toEqual({ asked: refused(`${words}\n${notMoved}`), failure: undefined });
    const before = { comments: [comment(marker, 'me'), comment(notMoved, 'me')] };
    const me = { accountId: 'me' };
    const again = await told(answer('Succeeded'), before, offered, in_('To Do'), me, refusal, me);
    expect(again).toEqual({ asked: [...reads, myself, moved('1'), myself], failure: undefined });
  });

  it.each([
    [
      'another transition changed the issue',
      new VpnRadiusError({ code: 'TicketAnswerRejected', message: '409', transient: true }),
    ],
    ['the credential is no longer accepted', failed('TicketSystemUnauthorized', '401')],
    ['there is a fault of our own', Object.assign(new RangeError('a fault'), { failure: {} })],
  ])('is tried again, or fails, where %s', async (_, error) => {
    const { asked, failure } = await told(answer('Succeeded'), {}, offered, in_('To Do'), {}, error);
    expect(failure).toBe(error);
    expect(asked).toEqual(refused());
  });
});

it('a text becomes a document: a paragraph for each blank line, a break for each line, and nothing empty', () => {
  const text = (line: string) => ({ type: 'text', text: line });
  const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
  expect(atlassianDocument(['One.\nTwo.\n\n\nThree.', '', ' \n ', '\nFour.\n'])).toEqual({
    type: 'doc',
    version: 1,
    content: [
      paragraph(text('One.'), { type: 'hardBreak' }, text('Two.')),
      paragraph(text('Three.')),
      paragraph(text('Four.')),
    ],
  });
});
