import { describe, expect, it } from 'vitest';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { TicketAnswer } from '../../../shared/deployment/contract.ts';
import { noteOf } from '../../../shared/ticketing/note.ts';
import { serviceNowTickets } from '../../../shared/ticketing/servicenow.ts';
import { isOwnNote } from '../../../shared/ticketing/servicenow-own-note.ts';
import { scriptedCall } from './scripted-call.ts';

const sysId = '46d44a23a9fe19810012d100cca80666';
const answer = (status: TicketAnswer['status'], text = 'So.') =>
  ({ id: 'a1', deploymentId: 'vpn-1', virtualNetworkId: '/vnets/hub', status, text }) as TicketAnswer;
const marker = '(answer a1)';
const noteFor = (its: TicketAnswer, remark?: string) => noteOf(its, remark).join('\n\n');

const states = {
  sc_req_item: {
    Running: { state: '2' },
    AwaitingApproval: { state: '2' },
    Succeeded: { state: '3', close_code: 'done' },
    Failed: { state: '4', close_notes: 'as agreed' },
  },
};
const pair = (value: string, display_value = value) => ({ value, display_value });
const item = (more: object = {}) => ({
  ...{ sys_id: pair(sysId), number: pair('RITM0010001'), active: pair('true'), state: pair('1') },
  ...more,
});
const table = '/api/now/table/sc_req_item';
const read = (key: string, fields: string) => [
  'GET',
  `${table}?sysparm_query=number=${key}&sysparm_fields=sys_id,number,active,work_notes${fields}&sysparm_display_value=all&sysparm_limit=1`,
];
const patched = (fields: string, body: object) => [
  ...['PATCH', `${table}/${sysId}?sysparm_fields=sys_id${fields}`],
  body,
];

/** The instance as these answers to an answer of that status. */
async function told(its: TicketAnswer, answers: readonly unknown[], id = 'RITM0010001') {
  const { call, asked } = scriptedCall(...answers);
  const failure = await serviceNowTickets(call, states)
    .answer({ system: 'servicenow', id }, its)
    .then(
      () => undefined,
      (error) => error,
    );
  return { asked, failure };
}

describe('the record of a ticket', () => {
  it.each(['UVR0000001', 'x?y/RITM0010001', 'RITM0010001 ', 'a/b/RITM0010001', 'sc_req_item/', ''])(
    '%j does not say its table, and nothing is asked',
    async (id) => {
      const { asked, failure } = await told(answer('Failed'), [], id);
      expect(failure.failure).toEqual({
        code: 'TicketIdUnknown',
        message: `${id} does not say its ServiceNow table. Give a number with a prefix of the base system (RITM, REQ, SCTASK, INC, CHG, CTASK), or table/number.`,
        target: 'ticket.id',
      });
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['nothing', { result: [] }],
    ['another record', { result: [item({ number: pair('RITM0010002') })] }],
    ['a record without a number', { result: [{ sys_id: pair(sysId) }] }],
    ['no result', {}],
    ['no answer', undefined],
  ])('is not there where the instance gives %s', async (_, found) => {
    const { asked, failure } = await told(answer('Rejected'), [found]);
    expect(failure.failure).toEqual({
      code: 'TicketNotFound',
      message: 'ServiceNow has no sc_req_item RITM0010001, or its account may not see it.',
      target: 'ticket.id',
    });
    expect(asked).toEqual([read('RITM0010001', '')]);
    const bySysId = await told(answer('Rejected'), [found], `sc_req_item/${sysId.replace('4', '5')}`);
    expect(bySysId.failure).toMatchObject({ failure: { code: 'TicketNotFound' } });
  });

  it('is found by its number in any case, and by its sys_id', async () => {
    expect((await told(answer('Rejected'), [{ result: [item()] }], 'ritm0010001')).failure).toBeUndefined();
    const { asked } = await told(answer('Rejected'), [{ result: item() }], `sc_req_item/${sysId}`);
    expect(asked).toEqual([
      ['GET', `${table}/${sysId}?sysparm_fields=sys_id,number,active,work_notes&sysparm_display_value=all`],
      patched('', { work_notes: noteFor(answer('Rejected')) }),
    ]);
    for (const key of [`0${sysId}`, `${sysId}0`, sysId.toUpperCase()])
      expect((await told(answer('Rejected'), [], `sc_req_item/${key}`)).asked).toEqual([read(key, '')]);
  });
});

describe('an answer', () => {
  it.each([
    ['Running', ',state', { state: '2' }],
    ['AwaitingApproval', ',state', { state: '2' }],
    ['Succeeded', ',close_notes,state,close_code', { close_notes: 'So.', state: '3', close_code: 'done' }],
    ['Failed', ',close_notes,state', { close_notes: 'as agreed', state: '4' }],
  ] as const)(
    '%s comes with its fields in one write; only an end has close notes',
    async (status, names, fields) => {
      const { asked, failure } = await told(answer(status), [
        { result: [item()] },
        { result: { ...fields } },
      ]);
      expect(failure).toBeUndefined();
      expect(asked).toEqual([
        read('RITM0010001', names),
        patched(names, { ...fields, work_notes: noteFor(answer(status)) }),
      ]);
    },
  );

  it('is a mere note where the setting names no fields for it, or somebody has closed the record', async () => {
    const closed = item({ active: pair('false') });
    const note = (status: TicketAnswer['status']) => patched('', { work_notes: noteFor(answer(status)) });
    expect((await told(answer('Canceled'), [{ result: [item()] }])).asked.at(-1)).toEqual(note('Canceled'));
    const refusal = failed('TicketAnswerRejected', 'No.');
    const refused = await told(answer('Canceled'), [{ result: [item()] }, refusal]);
    expect(refused).toMatchObject({ failure: refusal, asked: [{}, note('Canceled')] });
    const late = await told(answer('Running'), [{ result: [closed] }]);
    expect(late.asked).toEqual([read('RITM0010001', ',state'), note('Running')]);
    const other = await told(answer('Failed'), [{ result: [item({ number: pair('INC1') })] }], 'INC1');
    expect(other.asked.at(-1)![2]).toEqual({ work_notes: noteFor(answer('Failed')) });
  });

  it('has no text that ServiceNow would read as HTML, in the note and in the close notes', async () => {
    const its = answer('Succeeded', '[code]<b>[/CODE]');
    const { asked } = await told(its, [{ result: [item()] }]);
    const body = asked[1]![2] as { close_notes: string; work_notes: string };
    expect(body.close_notes).toBe('[ code]<b>[/ code]');
    expect(body.work_notes).toContain('\n\n[ code]<b>[/ code]\n\n');
  });

  it('that cannot set its fields is told without them, and says which and why', async () => {
    const refusal = failed('TicketAnswerRejected', 'ServiceNow refused to update it (403): Not allowed.');
    const { asked, failure } = await told(answer('Succeeded'), [{ result: [item()] }, refusal]);
    const remark =
      'ServiceNow did not allow this account to set close_notes, state, close_code. Please set this by hand. ServiceNow refused to update it (403): Not allowed.';
    expect(failure).toBeUndefined();
    expect(asked.at(-1)).toEqual(patched('', { work_notes: noteFor(answer('Succeeded'), remark) }));
  });

  it.each([
    [
      'another update changed the record',
      new VpnRadiusError({ code: 'TicketAnswerRejected', message: '409', transient: true }),
    ],
    ['the credential is no longer accepted', failed('TicketSystemUnauthorized', '401')],
    ['there is a fault of our own', Object.assign(new RangeError('a fault'), { failure: {} })],
  ])('is tried again, or fails, where %s', async (_, error) => {
    const { asked, failure } = await told(answer('Succeeded'), [{ result: [item()] }, error]);
    expect(failure).toBe(error);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['stayed as it was', item(), { state: '1' }, true],
    ['stayed as it was, told in pairs', item(), { state: pair('1') }, true],
    ['was changed to another by a rule of the instance', item(), { state: '7' }, false],
    ['is as it should be', item(), { state: '2' }, false],
    ['had it before', item({ state: pair('2') }), { state: '2' }, false],
    ['is not told', item(), {}, false],
    ['is not there before and after', item({ state: undefined }), {}, true],
    ['is not there before and null after', item({ state: undefined }), { state: null }, true],
  ])('asks a person where a field that should change %s', async (_, before, after, isAsked) => {
    const { asked } = await told(answer('Running'), [{ result: [before] }, { result: after }]);
    const remark = 'ServiceNow did not allow this account to set state. Please set this by hand.';
    expect(asked.slice(2)).toEqual(isAsked ? [patched('', { work_notes: remark })] : []);
  });
});

describe('an answer that has arrived', () => {
  const journal = item({ work_notes: pair('', `2030-01-01 - VPN (Work notes)\n${marker}`) });
  const mine = { element_id: sysId, value: marker, sys_created_by: 'vpn' };
  const looked = [
    [
      'GET',
      `/api/now/table/sys_journal_field?sysparm_query=element_id=${sysId}^element=work_notes^valueLIKE${marker}&sysparm_fields=element_id,value,sys_created_by&sysparm_limit=100`,
    ],
    [
      'GET',
      '/api/now/table/sys_user?sysparm_query=user_name=javascript:gs.getUserName()&sysparm_fields=user_name&sysparm_limit=2',
    ],
  ];
  const me = { result: [{ user_name: 'vpn' }] };

  it('changes nothing when it is told again', async () => {
    const { asked, failure } = await told(answer('Running'), [{ result: [journal] }, { result: [mine] }, me]);
    expect(failure).toBeUndefined();
    expect(asked).toEqual([read('RITM0010001', ',state'), ...looked]);
  });

  it.each([
    ['somebody else wrote it', [{ ...mine, sys_created_by: 'mallory' }], me],
    ['nobody is named for it', [{ element_id: sysId, value: marker }], { result: [{}] }],
    [
      'the instance ignores who we are and gives many',
      [mine],
      { result: [{ user_name: 'vpn' }, { user_name: 'eve' }] },
    ],
    ['the instance does not say who we are', [mine], { result: [] }],
    ['the instance gives a page of nothing', [mine], undefined],
    ['we may not ask who we are', [mine], failed('TicketAnswerRejected', '403')],
  ])('counts as not arrived where %s', async (_, entries, who) => {
    const { call, asked } = scriptedCall({ result: entries }, who);
    expect(await isOwnNote(call, 'RITM1', sysId, marker)).toBe(false);
    expect(asked).toEqual(looked);
  });

  it.each([
    ['the note is of another record', { result: [{ ...mine, element_id: 'another' }] }],
    ['the note has another marker', { result: [{ ...mine, value: '(answer a10)' }] }],
    ['the note is empty', { result: [{ element_id: sysId, sys_created_by: 'vpn' }] }],
    ['there is none', { result: [] }],
    ['the journal cannot be read', failed('TicketAnswerRejected', '403')],
    ['the journal is no list', { result: 'none' }],
    ['there is no answer', undefined],
  ])('counts as not arrived, and nobody asks who we are, where %s', async (_, entries) => {
    const { call, asked } = scriptedCall(entries, me);
    expect(await isOwnNote(call, 'RITM1', sysId, marker)).toBe(false);
    expect(asked).toEqual(looked.slice(0, 1));
  });

  it('is not known where the instance does not answer at the moment', async () => {
    const busy = new VpnRadiusError({ code: 'TicketSystemUnavailable', message: '503', transient: true });
    for (const answers of [
      [busy],
      [{ result: [mine] }, busy],
      [Object.assign(new RangeError('x'), { failure: {} })],
    ]) {
      const { call } = scriptedCall(...answers);
      await expect(isOwnNote(call, 'RITM1', sysId, marker)).rejects.toBe(answers.at(-1));
    }
  });
});
