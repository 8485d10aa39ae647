import { describe, expect, it, vi } from 'vitest';
import { failed } from '../../../shared/core/errors.ts';
import { ticketPeople } from '../../../shared/ticketing/people.ts';
import type { TicketSystemCall } from '../../../shared/ticketing/ticket-system.ts';

const sysId = '46d44a23a9fe19810012d100cca80666';
const accountId = '712020:0f6f1b0a-52e5-4d5b-9a77-1c3a7d0e5f11';

function people(answer: () => unknown) {
  const asked: string[] = [];
  const lines: string[] = [];
  const call: TicketSystemCall = async (_, method, path) => {
    asked.push(`${method} ${path}`);
    return answer();
  };
  return { asked, lines, ...ticketPeople({ servicenow: call, jira: call }, (line) => lines.push(line)) };
}

describe('whoever asked', () => {
  it('in ServiceNow is looked up by their user record', async () => {
    const { asked, identities } = people(() => ({
      result: { email: 'maria@contoso.com', user_name: 'mkeller@contoso.com' },
    }));
    expect(await identities('servicenow', [sysId])).toEqual([
      sysId,
      'maria@contoso.com',
      'mkeller@contoso.com',
    ]);
    expect(asked).toEqual([`GET /api/now/table/sys_user/${sysId}?sysparm_fields=email,user_name`]);
  });

  it('in Jira is looked up by their account, which may hide its address', async () => {
    const { asked, identities } = people(() => ({ accountId, emailAddress: 'maria@contoso.com' }));
    expect(await identities('jira', [accountId])).toEqual([accountId, 'maria@contoso.com']);
    expect(asked).toEqual([`GET /rest/api/3/user?accountId=${encodeURIComponent(accountId)}`]);
    expect(await people(() => ({ accountId })).identities('jira', [accountId])).toEqual([accountId]);
  });

  it('in Jira may have an account from before 2018', async () => {
    const { asked, identities } = people(() => ({ emailAddress: 'maria@contoso.com' }));
    const old = '5b10ac8d82e05b22cc7d4ef5';
    expect(await identities('jira', [old])).toEqual([old, 'maria@contoso.com']);
    expect(asked).toEqual([`GET /rest/api/3/user?accountId=${old}`]);
  });

  it.each([[undefined], [{}], [{ result: { email: '', user_name: 7 } }]])(
    'is known by their id alone where the system answers %j',
    async (answer) => {
      const { lines, identities } = people(() => answer);
      expect(await identities('servicenow', [sysId])).toEqual([sysId]);
      expect(lines).toEqual([]);
    },
  );

  it.each([
    ['maria@contoso.com'],
    ['../sys_user?x'],
    ['a/b'],
    [`x/${sysId}`],
    [`${sysId}/x`],
    ['x?5b10ac8d82e05b22cc7d4ef5'],
    ['5b10ac8d82e05b22cc7d4ef5&x'],
    [`x&${accountId}`],
    [`${accountId}&x`],
    ['z'.repeat(24)],
    ['a'],
  ])('is not looked up by %s', async (id) => {
    const { asked, identities } = people(() => ({}));
    expect(await identities('servicenow', [id])).toEqual([id]);
    expect(await identities('jira', [id])).toEqual([id]);
    expect(asked).toEqual([]);
  });

  it('is known by what the ticket says where they cannot be looked up; their id is in no log', async () => {
    const { identities, lines } = people(() => {
      throw failed('TicketSystemUnauthorized', 'no', 'x');
    });
    expect(await identities('servicenow', [sysId])).toEqual([sysId]);
    expect(lines).toEqual([
      'The app could not look up who asked for the ticket (TicketSystemUnauthorized). An approval may need another mapping.',
    ]);
    const strange = people(() => {
      throw new RangeError(`about ${sysId}`);
    });
    expect(await strange.identities('servicenow', [sysId])).toEqual([sysId]);
    expect(strange.lines).toEqual([expect.stringContaining('(unknown)')]);
    expect(await ticketPeople({}).identities('jira', [accountId])).toEqual([accountId]);
  });

  it('is missed in the log of the app', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const failing: TicketSystemCall = async () => Promise.reject(failed('TicketNotFound', 'no', 'x'));
    await ticketPeople({ jira: failing }).identities('jira', [accountId]);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('could not look up who asked')]]);
    warn.mockRestore();
  });
});
