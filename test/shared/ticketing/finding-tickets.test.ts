import { describe, expect, it } from 'vitest';
import type { FindingTicketsTo } from '../../../shared/compliance/finding-ticket.ts';
import { findingTickets } from '../../../shared/ticketing/finding-tickets.ts';
import type { TicketSystemCall } from '../../../shared/ticketing/ticket-system.ts';
import { ConnectionDropped } from '../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { jira } from '../../../simulator/ticketing/jira.ts';
import { serviceNow } from '../../../simulator/ticketing/servicenow.ts';

const clock = virtualClock(new Date('2026-03-02T09:00:00Z'));
const accounts = { bearer: { token: 'VPN Integration' } };
const ticket = {
  id: 'f00d12345678',
  rule: 'tunnel-sstp',
  title: 'The gateway allows SSTP',
  text: 'It is so.',
  target: '/subscriptions/x/vpngw-hub',
};

const callOf =
  (handle: ReturnType<typeof serviceNow>['handle']): TicketSystemCall =>
  async (_, method, path, body) => {
    const { body: text } = handle({
      method,
      url: `https://tickets.example${path}`,
      headers: { authorization: 'Bearer token' },
      body: JSON.stringify(body),
    });
    return text ? JSON.parse(text) : undefined;
  };
const post = async () => {};

/** The system takes the request and its answer is lost. The next attempt must look before it makes a second ticket. */
it('ServiceNow gets one record for a finding though the answer to the first POST was lost', async () => {
  const snow = serviceNow({ clock, accounts });
  snow.create('incident', { short_description: 'of somebody else' });
  snow.faults.push({ method: 'POST', effect: 'dropAfter' });
  const to = { system: 'servicenow', table: 'incident', fields: {}, closed: {} } as const;
  const { open } = findingTickets(to, { calls: { servicenow: callOf(snow.handle) }, post })!;
  await expect(open(ticket)).rejects.toThrow(ConnectionDropped);
  expect(await open(ticket)).toBe('INC0010002');
  expect(await open(ticket)).toBe('INC0010002');
  expect(snow.record('INC0010003')).toBeUndefined();
});

it('Jira gets one issue for a finding though the answer to the first POST was lost', async () => {
  const board = jira({ clock, accounts });
  board.faults.push({ method: 'POST', effect: 'dropAfter' });
  const to = { system: 'jira', project: 'NET', issueType: 'Task', fields: {}, done: 'Done' } as const;
  const { open } = findingTickets(to, { calls: { jira: callOf(board.handle) }, post })!;
  await expect(open(ticket)).rejects.toThrow(ConnectionDropped);
  expect(await open(ticket)).toBe('NET-1');
  expect(board.issues.size).toBe(1);
});

type To<S> = Extract<FindingTicketsTo, { system: S }>;
const incident: To<'servicenow'> = {
  ...{ system: 'servicenow', table: 'u_risk', fields: { urgency: '1', description: 'mine' } },
  closed: { state: '6', close_code: 'Solution provided' },
};
const task: To<'jira'> = {
  ...{ system: 'jira', project: 'NET', issueType: 'Task', done: 'Done' },
  fields: { priority: { name: 'High' }, labels: ['network'] },
};

/** The ticket system as these answers; `asked` is what it was asked, with the bodies of what was written. */
function told(to: FindingTicketsTo, ...answers: unknown[]) {
  const asked: unknown[][] = [];
  const call: TicketSystemCall = async (id, method, path, body) => {
    expect(id).toBe(ticket.id);
    asked.push([method, decodeURIComponent(path), ...(body === undefined ? [] : [body])]);
    return answers.shift();
  };
  return { asked, ...findingTickets(to, { calls: { servicenow: call, jira: call }, post })! };
}
const why = 'It is gone.';
const looked = 'sysparm_fields=sys_id,number,active,correlation_id';
const search = [
  'GET',
  `/api/now/table/u_risk?sysparm_query=correlation_id=f00d12345678&${looked}&sysparm_limit=10`,
];
const record = { sys_id: 'abc', number: 'RSK1', active: 'true', correlation_id: ticket.id };

describe('a record of ServiceNow', () => {
  it('has the words of the finding, the fields of the setting, and the id by which it is found again', async () => {
    const { asked, open } = told(incident, { result: [] }, { result: record });
    expect(await open(ticket)).toBe('RSK1');
    expect(asked).toEqual([
      search,
      [
        'POST',
        `/api/now/table/u_risk?${looked}`,
        {
          urgency: '1',
          short_description: ticket.title,
          description: ticket.text,
          correlation_id: ticket.id,
          correlation_display: 'vpn-radius',
        },
      ],
    ]);
  });

  it('is not taken for the finding’s when the instance ignores the query and returns another', async () => {
    const another = { ...record, correlation_id: 'f00d', number: 'RSK0' };
    const { asked, open } = told(incident, { result: [another] }, { result: record });
    expect(await open(ticket)).toBe('RSK1');
    expect(asked).toHaveLength(2);
    const closing = told(incident, { result: [another] });
    await closing.close('RSK1', ticket, why);
    expect(closing.asked).toEqual([search]);
  });

  it.each([[undefined], [{}], [{ result: [] }]])('is made where the search answers %j', async (found) => {
    const { asked, open } = told(incident, found, { result: [record] });
    expect(await open(ticket)).toBe('RSK1');
    expect(asked).toHaveLength(2);
  });

  it('is closed with the fields of the setting, and says why', async () => {
    const { asked, close } = told(incident, { result: [record] }, { result: record });
    await close('RSK1', ticket, why);
    expect(asked).toEqual([
      search,
      [
        'PATCH',
        `/api/now/table/u_risk/abc?${looked}`,
        { state: '6', close_code: 'Solution provided', close_notes: why, work_notes: why },
      ],
    ]);
  });

  it.each([
    ['somebody has closed', [{ ...record, active: 'false' }]],
    ['somebody has removed', []],
    ['cannot be named', [{ ...record, sys_id: undefined }]],
  ])('that %s is left as it is', async (_, result) => {
    const { asked, close } = told(incident, { result });
    await close('RSK1', ticket, why);
    expect(asked).toEqual([search]);
  });
});

describe('an issue of Jira', () => {
  const issues = [
    'GET',
    `/rest/api/3/search/jql?jql=project = "NET" AND labels = "finding-f00d12345678"&fields=labels&maxResults=1`,
  ];
  const read = [
    ['GET', '/rest/api/3/issue/NET-1/transitions'],
    ['GET', '/rest/api/3/issue/NET-1?fields=status'],
  ];
  const text = (...paragraphs: string[]) => ({
    ...{ type: 'doc', version: 1 },
    content: paragraphs.map((one) => ({ type: 'paragraph', content: [{ type: 'text', text: one }] })),
  });
  const commented = (...paragraphs: string[]) => [
    ...['POST', '/rest/api/3/issue/NET-1/comment'],
    { body: text(...paragraphs) },
  ];
  const moved = (id: string) => [...['POST', '/rest/api/3/issue/NET-1/transitions'], { transition: { id } }];
  const status = (name: string) => ({ fields: { status: { name } } });
  const finish = { id: '9', name: 'Finish', to: { name: 'DONE' } };
  const done = { id: '31', name: 'done', to: { name: 'Closed' } };

  it('has the words of the finding, the fields and labels of the setting, and its own label', async () => {
    const { asked, open } = told(task, { issues: [] }, { key: 'NET-1' });
    expect(await open({ ...ticket, title: 'x'.repeat(300), text: 'It is so.\nFix: Do it.' })).toBe('NET-1');
    expect(asked).toEqual([
      issues,
      [
        'POST',
        '/rest/api/3/issue',
        {
          fields: {
            priority: { name: 'High' },
            project: { key: 'NET' },
            issuetype: { name: 'Task' },
            summary: 'x'.repeat(254),
            description: text('It is so.', 'Fix: Do it.'),
            labels: ['network', 'vpn-radius', 'finding-f00d12345678'],
          },
        },
      ],
    ]);
    const plain = told({ ...task, fields: {} }, {}, { key: 'NET-1' });
    await plain.open(ticket);
    expect(plain.asked[1]).toMatchObject([
      ...['POST', '/rest/api/3/issue'],
      { fields: { labels: ['vpn-radius', 'finding-f00d12345678'] } },
    ]);
  });

  it('that is there is not made again', async () => {
    const { asked, open } = told(task, { issues: [{ key: 'NET-7' }] });
    expect(await open(ticket)).toBe('NET-7');
    expect(asked).toEqual([issues]);
  });

  it.each([
    ['by the transition of that name', [finish, done], '31'],
    [
      'by the transition to the status of that name',
      [{ id: '1', name: 'Start' }, { id: '2', name: 'Stop', to: {} }, finish],
      '9',
    ],
    ['by a transition that does not say where it leads', [{ id: '5', name: 'Done' }], '5'],
    ['by a transition to a status without a name', [{ id: '6', name: 'Done', to: {} }], '6'],
  ])('is closed %s, and says why', async (_, transitions, id) => {
    const { asked, close } = told(task, { transitions }, status('To Do'));
    await close('NET-1', ticket, why);
    expect(asked).toEqual([...read, commented(why), moved(id)]);
  });

  it.each([
    ['the status of that name', [], 'Done'],
    ['the status to which the transition leads', [done], 'Closed'],
  ])('that has %s is left as it is', async (_, transitions, name) => {
    const { asked, close } = told(task, { transitions }, status(name));
    await close('NET-1', ticket, why);
    expect(asked).toEqual(read);
  });

  it('that cannot be moved is left to a person', async () => {
    const { asked, close } = told(task, {}, status('To Do'));
    await close('NET-1', ticket, why);
    const remark = 'Jira offers no transition "Done". Please close the issue by hand.';
    expect(asked).toEqual([...read, commented(why, remark)]);
  });

  it.each([[{}], [{ fields: {} }], [{ fields: { status: {} } }]])(
    'whose status cannot be read (%j) is told and closed',
    async (issue) => {
      const { asked, close } = told(task, { transitions: [{ id: '31', name: 'Done' }] }, issue);
      await close('NET-1', ticket, why);
      expect(asked).toEqual([...read, commented(why), moved('31')]);
    },
  );
});

it.each([
  [incident, [{ result: [] }, undefined], 'ServiceNow answered without the new record.'],
  [incident, [{ result: [] }, { result: { sys_id: 'abc' } }], 'ServiceNow answered without the new record.'],
  [task, [{ issues: [] }, {}], 'Jira answered without the new issue.'],
])('%j: a ticket without a number counts as not made', async (to, answers, message) => {
  await expect(told(to, ...answers).open(ticket)).rejects.toMatchObject({
    failure: { code: 'TicketNotMade', message, target: ticket.id },
  });
});

it('a webhook is told what was opened, and what was closed and why, each under one id', async () => {
  const posted: unknown[][] = [];
  const to = { system: 'webhook', url: 'https://hooks.example/findings' } as const;
  const { open, close } = findingTickets(to, { calls: {}, post: async (...its) => void posted.push(its) })!;
  expect(await open(ticket)).toBe(ticket.id);
  await close(ticket.id, ticket, why);
  const { id: finding, ...words } = ticket;
  expect(posted).toEqual([
    [to.url, { id: `${finding}-opened`, event: 'opened', finding, ...words }],
    [to.url, { id: `${finding}-closed`, event: 'closed', finding, ...words, why }],
  ]);
});

it.each([
  [
    incident,
    'COMPLIANCE_TICKETS names ServiceNow, but SERVICENOW_INSTANCE is not set.',
    'SERVICENOW_INSTANCE',
  ],
  [task, 'COMPLIANCE_TICKETS names Jira, but JIRA_BASE_URL is not set.', 'JIRA_BASE_URL'],
])('%j needs its system', async (to, message, target) => {
  const { open, close } = findingTickets(to, { calls: {}, post })!;
  for (const attempt of [open(ticket), close('1', ticket, why)])
    await expect(attempt).rejects.toMatchObject({
      failure: { code: 'TicketSystemMissing', message, target },
    });
});

it('there are no tickets where the setting names no system', () => {
  expect(findingTickets(null, { calls: {}, post })).toBeUndefined();
});
