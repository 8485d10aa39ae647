import { failed, VpnRadiusError } from '../core/errors.ts';
import { isRecord } from '../core/json-parts.ts';
import type { TicketAnswer } from '../deployment/contract.ts';
import { type ServiceNowStates, tableOfNumber } from '../deployment/tickets/servicenow-states.ts';
import type { Tickets } from '../ports.ts';
import { markerOf, noteOf } from './note.ts';
import { isOwnNote } from './servicenow-own-note.ts';
import type { TicketSystemCall } from './ticket-system.ts';

interface FoundRecord {
  readonly path: string;
  readonly sysId: string;
  readonly isActive: boolean;
  readonly workNotes: string;
  readonly before: Readonly<Record<string, string | undefined>>;
}

type Fields = Readonly<Record<string, string>>;

/**
 * With `sysparm_display_value=all` every field is such a pair. The display value of a journal field is the whole
 * journal.
 */
interface Pair {
  readonly value?: string;
  readonly display_value?: string;
}

/**
 * Answers through the Table API: a work note, and the fields that `states` gives for the record's table and the
 * answer's status. One PATCH carries both. So a note of our own that exists proves that all was done, and a repeated
 * attempt changes nothing. This needs an account that may read `work_notes` and who wrote them. Without that right, a
 * note can appear twice.
 */
export function serviceNowTickets(call: TicketSystemCall, states: ServiceNowStates): Tickets {
  return {
    async answer(ticket, answer) {
      const { table, key } = recordOf(ticket.id);
      const wanted = fieldsFor(states, table, answer);
      const record = await find(call, ticket.id, table, key, Object.keys(wanted));
      const marker = markerOf(answer);
      if (record.workNotes.includes(marker) && (await isOwnNote(call, ticket.id, record.sysId, marker)))
        return;

      const patch = (body: Fields) => call(ticket.id, 'PATCH', `${record.path}?${onlyFields(body)}`, body);
      // A ticket that somebody has closed stays closed.
      if (!record.isActive || Object.keys(wanted).length === 0) {
        await patch({ work_notes: workNote(answer) });
        return;
      }
      const outcome = await patch({ ...wanted, work_notes: workNote(answer) }).catch((error: unknown) => {
        const isRefusal = error instanceof VpnRadiusError && error.code === 'TicketAnswerRejected';
        if (!isRefusal || error.failure.transient) throw error;
        return error;
      });
      if (outcome instanceof VpnRadiusError) {
        // A data policy or a state model may forbid the state. The answer itself must still arrive.
        const remark = `${remarkOn(Object.keys(wanted))} ${outcome.message}`;
        await patch({ work_notes: workNote(answer, remark) });
        return;
      }
      const after = resultMember(outcome);
      const ignored = Object.entries(wanted).filter(([name, value]) => {
        const now = isRecord(after) ? plainText(after[name]) : undefined;
        return now !== value && now === record.before[name];
      });
      // The Table API leaves out fields that the account may not write, and does not report it.
      if (ignored.length > 0) await patch({ work_notes: remarkOn(ignored.map(([name]) => name)) });
    },
  };
}

function onlyFields(fields: Fields): string {
  return `sysparm_fields=${['sys_id', ...Object.keys(fields).filter((name) => name !== 'work_notes')].join(',')}`;
}

/** `RITM0010001`, `u_vpn_request/UVR0001001` or `sc_req_item/<sys_id>`. */
function recordOf(ticketId: string): { table: string; key: string } {
  const [, given, key] = /^(?:([a-z0-9_]+)\/)?([a-z0-9]+)$/i.exec(ticketId) ?? [];
  const table = given ?? (key === undefined ? undefined : tableOfNumber(key));
  if (table === undefined || key === undefined) {
    throw failed(
      'TicketIdUnknown',
      `${ticketId} does not say its ServiceNow table. Give a number with a prefix of the base system (RITM, REQ, SCTASK, INC, CHG, CTASK), or table/number.`,
      'ticket.id',
    );
  }
  return { table, key };
}

async function find(
  call: TicketSystemCall,
  ticketId: string,
  table: string,
  key: string,
  fields: readonly string[],
): Promise<FoundRecord> {
  const isSysId = /^[0-9a-f]{32}$/.test(key);
  const wanted = `sysparm_fields=${['sys_id', 'number', 'active', 'work_notes', ...fields].join(',')}&sysparm_display_value=all`;
  const answer = await call(
    ticketId,
    'GET',
    isSysId
      ? `/api/now/table/${table}/${key}?${wanted}`
      : `/api/now/table/${table}?sysparm_query=${encodeURIComponent(`number=${key}`)}&${wanted}&sysparm_limit=1`,
  );
  const result = resultMember(answer);
  const record = (Array.isArray(result) ? result[0] : result) as Record<string, Pair> | undefined;
  const found = isSysId ? plainText(record?.sys_id) : plainText(record?.number);
  // An instance ignores the part of a query that it considers invalid, and then returns some other record.
  if (!record || found?.toLowerCase() !== key.toLowerCase()) {
    throw failed(
      'TicketNotFound',
      `ServiceNow has no ${table} ${key}, or its account may not see it.`,
      'ticket.id',
    );
  }
  return {
    path: `/api/now/table/${table}/${plainText(record.sys_id)}`,
    sysId: plainText(record.sys_id) ?? '',
    isActive: plainText(record.active) !== 'false',
    workNotes: record.work_notes?.display_value ?? '',
    before: Object.fromEntries(fields.map((name) => [name, plainText(record[name])])),
  };
}

function fieldsFor(states: ServiceNowStates, table: string, answer: TicketAnswer): Record<string, string> {
  const fields = states[table]?.[answer.status];
  if (!fields) return {};
  const isEnd = answer.status !== 'Running' && answer.status !== 'AwaitingApproval';
  return { ...(isEnd && { close_notes: unformatted(answer.text) }), ...fields };
}

function workNote(answer: TicketAnswer, remark?: string): string {
  return unformatted(noteOf(answer, remark).join('\n\n'));
}

/** ServiceNow renders the text between [code] and [/code] in a journal as HTML. */
function unformatted(text: string): string {
  return text.replaceAll(/\[(\/?)code\]/gi, '[$1 code]');
}

function remarkOn(fields: readonly string[]): string {
  return `ServiceNow did not allow this account to set ${fields.join(', ')}. Please set this by hand.`;
}

function resultMember(answer: unknown): unknown {
  return isRecord(answer) ? answer.result : undefined;
}

function plainText(value: unknown): string | undefined {
  if (isRecord(value)) return plainText(value.value);
  return typeof value === 'string' ? value : undefined;
}
