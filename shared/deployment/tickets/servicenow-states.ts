import * as z from 'zod';
import type { TicketAnswer } from '../contract.ts';

const tables: readonly (readonly [prefix: string, table: string])[] = [
  ['RITM', 'sc_req_item'],
  ['REQ', 'sc_request'],
  ['SCTASK', 'sc_task'],
  ['INC', 'incident'],
  ['CHG', 'change_request'],
  ['CTASK', 'change_task'],
];

/** The table whose numbers begin like this one, in an instance with ServiceNow's own number prefixes. */
export function tableOfNumber(number: string): string | undefined {
  const prefix = /^([A-Z]+)\d+$/i.exec(number)?.[1]?.toUpperCase();
  return tables.find(([known]) => known === prefix)?.[1];
}

/** From table and status of the answer to the fields that are set together with the work note. */
export type ServiceNowStates = Readonly<
  Record<string, Readonly<Partial<Record<TicketAnswer['status'], Readonly<Record<string, string>>>>>>
>;

const task = {
  Running: { state: '2' },
  Succeeded: { state: '3' },
  Canceled: { state: '4' },
  Rejected: { state: '4' },
};

/**
 * The states of the base system. A failed deployment leaves a request item or an incident open, because somebody must
 * act on it. A change goes to Review (0), not to Closed (3): the people who review it decide about closing it.
 */
const defaultServiceNowStates: ServiceNowStates = {
  sc_req_item: task,
  sc_task: task,
  incident: {
    Running: { state: '2' },
    Succeeded: { state: '6', close_code: 'Solution provided' },
    Canceled: { state: '8' },
    Rejected: { state: '8' },
  },
  change_request: {
    Succeeded: { state: '0', close_code: 'successful' },
    Failed: { state: '0', close_code: 'unsuccessful' },
    Canceled: { state: '4' },
    Rejected: { state: '4' },
  },
};

const fields = z.record(z.string().min(1), z.string('must be text: ServiceNow writes states as "3", not 3'));

/** The setting `SERVICENOW_STATES`: tables that it names replace the default of that table. */
export const serviceNowStates = z
  .record(
    z.string().regex(/^[a-z0-9_]+$/, 'must be the name of a table, such as sc_req_item'),
    z.strictObject({
      Running: fields.optional(),
      AwaitingApproval: fields.optional(),
      Succeeded: fields.optional(),
      Failed: fields.optional(),
      Canceled: fields.optional(),
      Rejected: fields.optional(),
    }),
  )
  .transform((given): ServiceNowStates => ({ ...defaultServiceNowStates, ...(given as ServiceNowStates) }));
