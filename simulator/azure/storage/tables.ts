import { parsedJson } from '../../parsed-json.ts';
import {
  empty,
  type JsonObject,
  json,
  object,
  type WireRequest,
  type WireResponse,
} from '../wire/messages.ts';
import { entityKey, type StorageAccount, type TableEntity } from './content.ts';

/** What one answer holds at most ("Query timeout and pagination"). */
const largestPage = 1000;

/** What the app asks of "Table service REST API": tables, entities with their etags, and queries by keys. */
export function answerTables(
  account: StorageAccount,
  request: WireRequest,
  url: URL,
  [resource = '']: readonly string[],
): WireResponse {
  const body = object(parsedJson(request.body));
  if (resource === 'Tables') {
    const name = String(body.TableName);
    if (account.tables.has(name))
      return tableError(409, 'TableAlreadyExists', 'The table specified already exists.');
    account.change({ made: 'tables', name });
    return empty(204);
  }
  const [, table = '', keys] = /^([a-z0-9]+)(?:\((.*)\))?$/i.exec(resource) ?? [];
  const entities = account.tables.get(table);
  if (!entities) return tableError(404, 'TableNotFound', 'The table specified does not exist.');
  const [, partition = String(body.PartitionKey), row = String(body.RowKey)] =
    /^PartitionKey='(.*)',RowKey='(.*)'$/.exec(keys ?? '') ?? [];
  const known = entities.get(entityKey(partition, row));
  const written = (properties: JsonObject | null): WireResponse => {
    account.change({ table, partition, row, properties });
    const etag = entities.get(entityKey(partition, row))?.etag;
    return empty(204, { ...(etag && { ETag: etag }) });
  };
  const ifMatch = request.headers['if-match'];
  const unmet = () => {
    if (ifMatch === undefined) return undefined;
    if (!known) return absent();
    return ifMatch === '*' || ifMatch === known.etag
      ? undefined
      : tableError(
          412,
          'UpdateConditionNotSatisfied',
          'The update condition specified in the request was not satisfied.',
        );
  };
  switch (request.method) {
    case 'POST':
      return known
        ? tableError(409, 'EntityAlreadyExists', 'The specified entity already exists.')
        : written(body);
    case 'PUT':
      return unmet() ?? written(body);
    case 'DELETE':
      return unmet() ?? written(null);
    case 'GET':
      if (!keys) return queryEntities(entities, url.searchParams);
      return known ? json(200, viewEntity(known)) : absent();
    default:
      return tableError(
        405,
        'MethodNotAllowed',
        `The simulated storage has no ${request.method} of an entity.`,
      );
  }
}

/** A filter of comparisons joined by `and`, which is all that the app asks. */
function queryEntities(entities: ReadonlyMap<string, TableEntity>, query: URLSearchParams): WireResponse {
  const conditions = [
    ...(query.get('$filter') ?? '').matchAll(/(PartitionKey|RowKey) (eq|gt|lt) '([^']*)'/g),
  ].map(([, name = '', operator, value = '']) => ({ name, operator, value }));
  const [partition, row] = [query.get('NextPartitionKey') ?? '', query.get('NextRowKey') ?? ''];
  const from = entityKey(partition, row);
  const found = [...entities]
    .filter(
      ([key, { properties }]) =>
        key >= from &&
        conditions.every(({ name, operator, value }) => {
          const its = String(properties[name]);
          return operator === 'eq' ? its === value : operator === 'gt' ? its > value : its < value;
        }),
    )
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const most = Math.min(Number(query.get('$top') ?? largestPage), largestPage);
  const next = found[most]?.[1].properties;
  return json(
    200,
    { value: found.slice(0, most).map(([, entity]) => viewEntity(entity)) },
    next && {
      'x-ms-continuation-NextPartitionKey': String(next.PartitionKey),
      'x-ms-continuation-NextRowKey': String(next.RowKey),
    },
  );
}

const viewEntity = ({ properties, etag, at }: TableEntity): JsonObject => ({
  'odata.etag': etag,
  ...properties,
  Timestamp: at,
});

const absent = () => tableError(404, 'ResourceNotFound', 'The specified resource does not exist.');

const tableError = (status: number, code: string, message: string): WireResponse =>
  json(
    status,
    { 'odata.error': { code, message: { lang: 'en-US', value: message } } },
    { 'x-ms-error-code': code },
  );
