import { allowed } from '../arm/access.ts';
import { key } from '../arm/identifiers.ts';
import { resourceTypes } from '../arm/resource-table.ts';
import { bodyOf, type Call, timestamp } from '../core.ts';
import { virtualNetworkGateways } from '../vpn-gateway/virtual-network-gateways.ts';
import { AzureError, json, object, text, type WireResponse } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { compile, KqlError, type Row } from './kql.ts';

/** 15 queries in 5 seconds for every user (guidance-for-throttled-requests). */
const quota = 15;
const windowMilliseconds = 5000;
const pageSize = 1000;
const latest = '2025-05-01';

const used = new WeakMap<object, { since: number; count: number }>();

function spend(call: Call): Record<string, string> {
  const now = call.core.clock.now().getTime();
  let window = used.get(call.core.world);
  if (!window || now - window.since >= windowMilliseconds) window = { since: now, count: 0 };
  window.count++;
  used.set(call.core.world, window);
  const seconds = Math.ceil((window.since + windowMilliseconds - now) / 1000);
  const remaining = Math.max(0, quota - window.count);
  const headers = {
    'x-ms-user-quota-remaining': String(remaining),
    'x-ms-user-quota-resets-after': `00:00:${String(seconds).padStart(2, '0')}`,
    'x-ms-ratelimit-remaining-tenant-resource-requests': String(remaining),
  };
  if (window.count > quota) {
    throw new AzureError(
      429,
      'RateLimiting',
      'Please provide below info when asking for support: client request was throttled. See https://aka.ms/resourcegraph-throttling.',
      { headers: { ...headers, 'Retry-After': String(seconds) }, details: [] },
    );
  }
  return headers;
}

/** `POST /providers/Microsoft.ResourceGraph/resources`. */
export function queryResources(call: Call): WireResponse | undefined {
  if (
    call.method !== 'POST' ||
    !/^\/providers\/Microsoft\.ResourceGraph\/resources$/i.test(call.url.pathname)
  ) {
    return undefined;
  }
  const body = bodyOf(call);
  const headers = spend(call);
  requireSomething(call, headers);
  const run = compiled(call, text(body.query) ?? '', headers);
  const options = object(body.options);
  const token = text(options.$skipToken) ?? text(options.skipToken);
  const before = token ? place(token) : { skip: 0, top: pageSize };
  const skip = Number(options.$skip ?? before.skip);
  const top = Math.min(Number(options.$top ?? before.top), pageSize);
  const rows = run(rowsOf(call, body.subscriptions));
  const page = rows.slice(skip, skip + top);
  const hasMore = skip + page.length < rows.length;
  return json(
    200,
    {
      totalRecords: rows.length,
      count: page.length,
      data: page.map(plainRow),
      facets: [],
      resultTruncated: 'false',
      ...(hasMore ? { $skipToken: tokenFor(skip + page.length, top) } : {}),
    },
    headers,
  );
}

/**
 * "If there are no subscriptions in the subscription list that the user has appropriate rights to, the response is a 403"
 * (Overview of Azure Resource Graph, Permissions). The wording is assumed: graph-without-rights.
 */
function requireSomething({ core, correlationId }: Call, headers: Record<string, string>): void {
  const { rbac } = core.settings;
  if (!rbac || rbac.roleActions.some((action) => /(?:\/read|\*)$/i.test(action))) return;
  throw new AzureError(
    403,
    'Forbidden',
    `Please provide below info when asking for support: timestamp = ${timestamp(core)}, correlationId = ${correlationId}.`,
    { headers, details: [{ code: 'AccessDenied', message: 'Access is denied to the requested resource.' }] },
  );
}

/** Recorded: 400 `BadRequest`, with the real cause in the details. */
function compiled(
  call: Call,
  query: string,
  headers: Record<string, string>,
): (rows: Iterable<Row>) => Row[] {
  try {
    return compile(query);
  } catch (error) {
    if (!(error instanceof KqlError)) throw error;
    const before = query.slice(0, error.position).split('\n');
    throw new AzureError(
      400,
      'BadRequest',
      `Please provide below info when asking for support: timestamp = ${timestamp(call.core)}, correlationId = ${call.correlationId}.`,
      {
        headers,
        details: [
          {
            code: 'InvalidQuery',
            message:
              'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
          },
          {
            code: 'ParserFailure',
            message: 'ParserFailure',
            line: before.length,
            characterPositionInLine: before.at(-1)!.length,
            token: error.token,
            expectedToken: '\u01cf',
          },
        ],
      },
    );
  }
}

/** The token is base64 of a small JSON object with the rows to skip, as seen in the recordings. */
const tokenFor = (skip: number, top: number): string =>
  Buffer.from(JSON.stringify({ $id: '1', MaxRows: top, RowsToSkip: skip })).toString('base64');

function place(token: string): { skip: number; top: number } {
  try {
    const { RowsToSkip, MaxRows } = object(JSON.parse(Buffer.from(token, 'base64').toString('utf8')));
    if (typeof RowsToSkip === 'number') return { skip: RowsToSkip, top: Number(MaxRows) || pageSize };
  } catch {
    // The error below says so.
  }
  throw new AzureError(400, 'BadRequest', 'The provided skip token is not valid.', {
    details: [{ code: 'InvalidSkipToken', message: 'The provided skip token is not valid.' }],
  });
}

function* rowsOf(call: Call, subscriptions: unknown): Generator<Row> {
  const { core } = call;
  const wanted = Array.isArray(subscriptions)
    ? subscriptions.map((one) => String(one).toLowerCase())
    : undefined;
  const readable = new Map<string, boolean>();
  for (const resource of core.world.resources) {
    const [, , subscriptionId, , resourceGroup] = resource.id.split('/');
    if (wanted && !wanted.includes(subscriptionId!.toLowerCase())) continue;
    if (!readable.has(resource.type)) readable.set(resource.type, allowed(core, `${resource.type}/read`));
    if (!readable.get(resource.type)) continue;
    yield rowOf(call, resource, subscriptionId!, resourceGroup!);
  }
}

function rowOf(call: Call, resource: Resource, subscriptionId: string, resourceGroup: string): Row {
  return {
    id: resource.id,
    name: resource.name,
    type: key(resource.type),
    tenantId: call.core.world.tenantId,
    kind: resource.kind ?? '',
    location: resource.location ?? '',
    resourceGroup: resourceGroup.toLowerCase(),
    subscriptionId,
    managedBy: text(resource.managedBy) ?? '',
    sku: resource.sku ?? null,
    plan: null,
    tags: resource.tags ?? null,
    identity: resource.identity ?? null,
    zones: resource.zones ?? null,
    extendedLocation: null,
    // Calculated only when a query or a page needs it.
    get properties() {
      return queriedProperties(call, resource);
    },
  };
}

/** A gateway shows nothing of other resources, so the same view can be used until its etag changes. */
const drawn = new WeakMap<Resource, { etag: string | undefined; properties: unknown }>();

function queriedProperties(call: Call, resource: Resource): unknown {
  const before = drawn.get(resource);
  if (before && before.etag === resource.etag) return before.properties;
  const type = resourceTypes.get(key(resource.type));
  const properties = type
    ? (type.view(resource, latest, 'read', call.core, undefined).properties ?? {})
    : resource.properties;
  if (resource.type === virtualNetworkGateways.type) drawn.set(resource, { etag: resource.etag, properties });
  return properties;
}

const plainRow = (row: Row): Row => ({ ...row });
