import { createHash } from 'node:crypto';
import { isObject, json, type WireRequest, type WireResponse } from '../azure/wire/messages.ts';
import type { Clock } from '../clock.ts';
import { parsedJson } from '../parsed-json.ts';
import { type Accounts, accountOf, type TicketingFault, type WireHandler, withFaults } from './faults.ts';

/** A record as the database holds it: text for everything, as `GlideRecord.getValue` gives it. */
export type ServiceNowRecord = Record<string, string>;

export interface JournalEntry {
  readonly table: string;
  readonly recordId: string;
  readonly element: string;
  readonly value: string;
  readonly createdOn: string;
  readonly createdBy: string;
}

export interface ServiceNowOptions {
  readonly clock: Clock;
  readonly accounts: Accounts;
  /** OAuth clients: from id to secret. Their tokens act as the account `integration`. */
  readonly clients?: Readonly<Record<string, string>>;
  /** Fields that the accounts may not write. The Table API then leaves them as they are, without a message. */
  readonly readOnly?: readonly string[];
  /** The instance that this one carries on from. */
  readonly saved?: SavedServiceNow | undefined;
}

/** What an instance holds, as JSON. */
export interface SavedServiceNow {
  readonly records: readonly { readonly record: ServiceNowRecord; readonly variables: ServiceNowRecord }[];
  readonly journal: readonly JournalEntry[];
}

export interface ServiceNow {
  readonly handle: WireHandler;
  readonly faults: TicketingFault[];
  readonly journal: readonly JournalEntry[];
  /** A new record with the next number of its table. */
  create(table: string, fields?: ServiceNowRecord, variables?: ServiceNowRecord): ServiceNowRecord;
  record(number: string): ServiceNowRecord | undefined;
  /** The work notes of a record, oldest first. */
  workNotes(number: string): string[];
  /** Somebody else writes a work note in the browser. */
  note(number: string, author: string, text: string): void;
  /** The body that a Business Rule posts for the record. */
  outbound(number: string): Record<string, unknown>;
  snapshot(): SavedServiceNow;
}

const numberPrefixes: Readonly<Record<string, string>> = {
  sc_req_item: 'RITM',
  sc_request: 'REQ',
  sc_task: 'SCTASK',
  incident: 'INC',
  change_request: 'CHG',
};

const journalFields = ['work_notes', 'comments'];

/** States in which `active` is false in the base system. */
const closedStates: Readonly<Record<string, readonly string[]>> = {
  sc_req_item: ['3', '4', '7'],
  sc_task: ['3', '4', '7'],
  sc_request: ['3', '4', '7'],
  incident: ['7', '8'],
  change_request: ['3', '4'],
};

/**
 * The Table API and the token endpoint of an instance. Answers and errors have the shapes of ServiceNow's "Table API"
 * and "REST response codes" pages. Of ACLs only `readOnly` fields are imitated: no record is hidden.
 */
export function serviceNow(options: ServiceNowOptions): ServiceNow {
  const { clock, accounts, clients = {}, readOnly = [], saved } = options;
  const tables = new Map<string, Map<string, ServiceNowRecord>>();
  const variablesOf = new Map<string, ServiceNowRecord>();
  const journal: JournalEntry[] = [...(saved?.journal ?? [])];
  const tokens: Record<string, string> = {};
  const faults: TicketingFault[] = [];

  const timestamp = () => clock.now().toISOString().slice(0, 19).replace('T', ' ');
  const all = () => [...tables.values()].flatMap((table) => [...table.values()]);
  const byNumber = (number: string) => all().find((record) => record.number === number);

  function handle(request: WireRequest): WireResponse {
    const url = new URL(request.url);
    if (url.pathname === '/oauth_token.do') return token(request);
    const account =
      accountOf(accounts, request.headers.authorization) ??
      accountOf({ bearer: tokens }, request.headers.authorization);
    if (account === undefined) {
      return failure(401, 'User Not Authenticated', 'Required to provide Auth information');
    }
    const [, tableName, sysId] = /^\/api\/now\/table\/([a-z0-9_]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (tableName === undefined) {
      return failure(400, 'Requested URI does not represent any resource', url.pathname);
    }
    if (tableName === 'sys_user' && sysId) {
      const name = `user-${sysId.slice(0, 8)}`;
      return json(200, { result: { user_name: name, email: `${name}@users.example` } });
    }
    if (tableName === 'sys_journal_field' || tableName === 'sys_user') {
      const rows = tableName === 'sys_user' ? [{ user_name: account }] : journalRows();
      return json(200, { result: queryRecords(rows, query(url)) });
    }
    const table = tables.get(tableName) ?? (numberPrefixes[tableName] ? new Map() : undefined);
    if (!table) return failure(400, 'Invalid table', tableName);
    if (sysId === undefined) {
      if (request.method === 'POST') return insert(tableName, request, url.searchParams);
      if (request.method !== 'GET') return failure(405, 'Method not supported', request.method);
      const limit = Number(url.searchParams.get('sysparm_limit') ?? 10_000);
      const found = queryRecords([...table.values()], query(url)).slice(0, limit);
      return json(200, { result: found.map((record) => shown(record, url.searchParams)) });
    }
    const record = table.get(sysId);
    if (!record) {
      return failure(404, 'No Record found', "Record doesn't exist or ACL restricts the record retrieval");
    }
    if (request.method === 'GET') return json(200, { result: shown(record, url.searchParams) });
    if (request.method === 'PATCH' || request.method === 'PUT') {
      return (
        update(tableName, record, request, account) ?? json(200, { result: shown(record, url.searchParams) })
      );
    }
    return failure(405, 'Method not supported', request.method);
  }

  /** `gs` in a query is the session of the asking account. The account may read only its own user here. */
  const query = ({ searchParams }: URL) =>
    (searchParams.get('sysparm_query') ?? '').replace(/(^|\^)user_name=javascript:gs\.getUserName\(\)/, '');
  const journalRows = () =>
    journal.map(({ recordId, element, value, createdBy }) => ({
      element_id: recordId,
      element,
      value,
      sys_created_by: createdBy,
    }));

  /** RFC 6749, 4.4. ServiceNow answers an unknown client with 401 `access_denied`. */
  function token(request: WireRequest): WireResponse {
    const form = new URLSearchParams(request.body ?? '');
    const id = form.get('client_id') ?? '';
    const secret = clients[id];
    if (secret === undefined || secret !== form.get('client_secret')) {
      return json(401, { error: 'access_denied', error_description: 'access_denied' });
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return json(401, { error: 'unsupported_grant_type', error_description: 'Unsupported grant_type' });
    }
    const issued = createHash('sha256')
      .update(`${id} ${Object.keys(tokens).length}`)
      .digest('base64url');
    tokens[issued] = 'integration';
    return json(200, { access_token: issued, scope: 'useraccount', token_type: 'Bearer', expires_in: 1799 });
  }

  function insert(table: string, request: WireRequest, query: URLSearchParams): WireResponse {
    const body = parsedJson(request.body);
    if (!isObject(body))
      return failure(400, 'Exception while reading request', 'The payload is not valid JSON');
    const fields = Object.entries(body).map(([name, value]) => [name, String(value ?? '')] as const);
    return json(201, { result: shown(create(table, Object.fromEntries(fields)), query) });
  }

  function update(
    table: string,
    record: ServiceNowRecord,
    request: WireRequest,
    account: string,
  ): WireResponse | undefined {
    const body = parsedJson(request.body);
    if (!isObject(body))
      return failure(400, 'Exception while reading request', 'The payload is not valid JSON');
    const given = Object.entries(body)
      .filter(([name]) => !readOnly.includes(name))
      .map(([name, value]) => [name, String(value ?? '')] as const);
    const after: ServiceNowRecord = { ...record };
    for (const [name, value] of given) if (!journalFields.includes(name)) after[name] = value;
    const refusal = brokenPolicy(table, record, after);
    if (refusal) return failure(403, 'Operation Failed', refusal);

    Object.assign(record, after, { sys_updated_on: timestamp(), sys_updated_by: account });
    record.active = String(!closedStates[table]?.includes(record.state ?? ''));
    for (const [element, value] of given) {
      if (!journalFields.includes(element) || value === '') continue;
      journal.push({
        table,
        recordId: record.sys_id!,
        element,
        value,
        createdOn: timestamp(),
        createdBy: account,
      });
    }
    return undefined;
  }

  /**
   * A field is its value. With `sysparm_display_value=all` it is value and display value, and journals show their
   * history only in the display value.
   */
  function shown(record: ServiceNowRecord, query: URLSearchParams): Record<string, unknown> {
    const wantsBoth = query.get('sysparm_display_value') === 'all';
    const wantsDisplay = query.get('sysparm_display_value') === 'true';
    const fields = query.get('sysparm_fields')?.split(',') ?? [...Object.keys(record), ...journalFields];
    const history = (element: string) =>
      journal
        .filter((entry) => entry.recordId === record.sys_id && entry.element === element)
        .toReversed()
        .map(({ createdOn, createdBy, value }) => `${createdOn} - ${createdBy} (Work notes)\n${value}\n\n`)
        .join('');
    return Object.fromEntries(
      fields
        .filter((name) => name in record || journalFields.includes(name))
        .map((name) => {
          const isJournal = journalFields.includes(name);
          const value = isJournal ? '' : record[name]!;
          const displayValue = isJournal ? history(name) : value;
          if (wantsBoth) return [name, { display_value: displayValue, value }];
          return [name, wantsDisplay ? displayValue : value];
        }),
    );
  }

  function create(
    table: string,
    fields: ServiceNowRecord = {},
    variables: ServiceNowRecord = {},
  ): ServiceNowRecord {
    const records = recordsOf(table);
    const number = `${numberPrefixes[table] ?? 'REC'}${String(10_001 + records.size).padStart(7, '0')}`;
    const record: ServiceNowRecord = {
      number,
      sys_id: createHash('sha256').update(`${table} ${number}`).digest('hex').slice(0, 32),
      sys_class_name: table,
      state: '1',
      active: 'true',
      opened_at: timestamp(),
      sys_updated_on: timestamp(),
      ...fields,
    };
    keep(record, variables);
    return record;
  }

  function recordsOf(table: string): Map<string, ServiceNowRecord> {
    const records = tables.get(table) ?? new Map<string, ServiceNowRecord>();
    tables.set(table, records);
    return records;
  }

  function keep(record: ServiceNowRecord, variables: ServiceNowRecord): void {
    recordsOf(record.sys_class_name!).set(record.sys_id!, record);
    variablesOf.set(record.sys_id!, variables);
  }

  for (const { record, variables } of saved?.records ?? []) keep(record, variables);

  return {
    handle: withFaults(handle, faults),
    faults,
    journal,
    create,
    record: byNumber,
    workNotes: (number) =>
      journal
        .filter((entry) => entry.recordId === byNumber(number)?.sys_id && entry.element === 'work_notes')
        .map(({ value }) => value),
    note(number, author, text) {
      const { sys_id: recordId = '', sys_class_name: table = '' } = byNumber(number) ?? {};
      journal.push({
        table,
        recordId,
        element: 'work_notes',
        value: text,
        createdOn: timestamp(),
        createdBy: author,
      });
    },
    outbound(number) {
      const record = byNumber(number);
      if (!record) throw new Error(`The simulated ServiceNow has no record ${number}.`);
      const { opened_at, opened_by, short_description, priority, sys_id, state, sys_class_name } = record;
      return {
        number,
        opened_at,
        opened_by: opened_by ?? null,
        short_description: short_description ?? null,
        priority: priority ?? null,
        sys_id,
        state,
        sys_class_name,
        variables: variablesOf.get(sys_id!) ?? {},
      };
    },
    snapshot: () => ({
      records: all().map((record) => ({ record, variables: variablesOf.get(record.sys_id!) ?? {} })),
      journal,
    }),
  };
}

/** `a=1^b=2`, with ORDERBY and ORDERBYDESC. A part that names no field is ignored, as an instance does by default. */
function queryRecords(records: readonly ServiceNowRecord[], query: string): ServiceNowRecord[] {
  let found = [...records];
  for (const part of query.split('^').filter((part) => part !== '')) {
    const [, descending, orderField] = /^ORDERBY(DESC)?(.+)$/.exec(part) ?? [];
    if (orderField !== undefined) {
      found.sort((one, other) => ((one[orderField] ?? '') < (other[orderField] ?? '') ? -1 : 1));
      if (descending) found.reverse();
      continue;
    }
    const [, containing, text = ''] = /^([a-z0-9_]+)LIKE(.*)$/s.exec(part) ?? [];
    if (containing !== undefined) found = found.filter((record) => record[containing]?.includes(text));
    const [, field, value] = /^([a-z0-9_]+)=(.*)$/.exec(part) ?? [];
    if (field === undefined || !records.some((record) => field in record)) continue;
    found = found.filter((record) => record[field] === value);
  }
  return found;
}

/**
 * What the base system forbids. Incident: to resolve or close it, a resolution code and notes are needed. Change
 * request: Closed (3) is reached only from Review (0).
 */
function brokenPolicy(table: string, before: ServiceNowRecord, after: ServiceNowRecord): string | undefined {
  if (table === 'incident' && ['6', '7'].includes(after.state ?? '')) {
    const missing = [!after.close_code && 'Resolution code', !after.close_notes && 'Resolution notes'].filter(
      Boolean,
    );
    if (missing.length > 0) {
      return `Data Policy Exception: The following fields are mandatory: ${missing.join(', ')}`;
    }
  }
  if (table === 'change_request' && after.state === '3' && !['0', '3'].includes(before.state ?? '')) {
    return 'Error: Invalid update. State transition is not allowed by the change model';
  }
  return undefined;
}

function failure(status: number, message: string, detail: string): WireResponse {
  return json(status, { error: { message, detail }, status: 'failure' });
}
