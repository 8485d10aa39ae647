import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { VpnRadiusError } from '../../shared/core/errors.ts';
import { gatewayId, hub, type Stage, stage } from './stage.ts';

/** No input gets a fault of the app as its answer: 5xx is for faults of others. */
const seed = 4711;
const runs = 40;
const check = async (property: fc.IAsyncProperty<unknown>, numRuns = runs) =>
  fc.assert(property, { seed, numRuns, endOnFailure: true });

let story: Stage;
beforeAll(async () => {
  story = await stage({
    events: false,
    settings: { JIRA_FIELDS: JSON.stringify({ virtualNetworkId: 'vnet' }) },
  });
});

/** Texts that have broken parsers, routers and paths. */
const nasty = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...[
      '',
      '..',
      '\\..\\..\\',
      '%5c..%5c',
      '%2f..%2f',
      '\0',
      '%',
      '\ud800',
      '__proto__',
      'constructor',
      'toString',
    ],
    ...[
      'vpn-%5c..%5c',
      'vpn-\\..\\vpn-x',
      'compliance-x\\..\\vpn-x',
      'vpn-hub-1302ed0a6e04',
      'answer-x',
      '@pool@all',
    ],
    ...[hub, gatewayId, `${hub}\\..\\x`, `${hub}%2f..`, '1e999', '-0', 'null', '9'.repeat(400)],
  ),
);
/** Values with the names that JavaScript itself uses in place of texts. */
const odd = fc.oneof(
  nasty,
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}, { toString: 1 }, { toJSON: 1 }, { length: -1 }),
  fc.array(nasty, { maxLength: 3 }),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/** A value like the given one, but in one place, at any depth, something is odd, missing, or one too many. */
function spoilt(value: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(value);
  return fc
    .tuple(fc.constantFrom(...places), odd, fc.constantFrom('replace', 'remove', 'add'))
    .map(([place, oddity, how]) => {
      const copy = structuredClone(value) as Record<string, unknown>;
      if (place.length === 0) return how === 'replace' ? oddity : copy;
      const parent = place
        .slice(0, -1)
        .reduce<Record<string, unknown>>((at, name) => at[name] as never, copy);
      const last = place.at(-1)!;
      if (how === 'remove') delete parent[last];
      else if (how === 'add') Object.defineProperty(parent, `${last}x`, { value: oddity, enumerable: true });
      else parent[last] = oddity;
      return copy;
    });
}

function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...path, name]))];
}

const bodyText = (value: unknown) => JSON.stringify(value) ?? '';
const anyText = fc.oneof(fc.string({ maxLength: 60 }), odd.map(bodyText), fc.json());
const encoded = (text: string) => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
};
/** Encoded, or as it is when a path can hold it. */
const inPath = fc
  .tuple(nasty, fc.boolean())
  .map(([text, raw]) => (raw ? text.replaceAll(/[\s?#]/g, '_') : encoded(text)));

async function statusOf(method: string, path: string, body?: string): Promise<number> {
  let url: string;
  try {
    url = new URL(`/api/${path}`, 'http://localhost').href.slice('http://localhost'.length);
  } catch {
    return 400;
  }
  const answer = await story.host.fetch(url, { method, ...(method === 'POST' && { body: body ?? '' }) });
  const text = await answer.text();
  expect(answer.status < 500, `${method} ${path} ${body}\n${answer.status} ${text}`.slice(0, 1500)).toBe(
    true,
  );
  return answer.status;
}

it('an id that leads to another instance, by a backslash, finds nothing', async () => {
  const id = await story.send(story.ticket());
  for (const path of [
    `deployments/vpn-%5c..%5c${id}`,
    `compliance/runs/compliance-x%5c..%5c${id}`,
    'deployments/vpn-%5c..%5c',
  ])
    expect([400, 404], path).toContain(await statusOf('GET', path));
});

it('every route: any id, query and body', async () => {
  const routes = story.host.functions
    .filter(({ type, route }) => type === 'httpTrigger' && !route?.endsWith('health'))
    .map(({ methods, route }) => [methods![0]!, route!.replace(/^\/?(api\/)?/, '')] as const);
  expect(routes.length).toBeGreaterThan(10);
  for (const [method, route] of routes) {
    await check(
      fc.asyncProperty(
        inPath,
        fc.array(fc.tuple(nasty, nasty), { maxLength: 3 }),
        anyText,
        async (id, query, body) => {
          const names = ['status', 'format', 'continuation', 'ticket', 'from', 'to', 'virtualNetwork'];
          const search = query
            .map(
              ([name, value], index) =>
                `${index < 2 ? names[value.length % names.length] : encoded(name)}=${encoded(value)}`,
            )
            .join('&');
          const path = `${route.replaceAll(/\{[^}]+\}/g, () => id)}${search && `?${search}`}`;
          await statusOf(method, path, body);
        },
      ),
    );
  }
});

describe('a body that is almost right', () => {
  const ticket = () => ({
    ticket: { system: 'webhook', id: 'REQ1', requestedBy: 'mia' },
    virtualNetworkId: `${hub}-elsewhere`,
    gatewaySubnetPrefix: '10.0.255.0/27',
    gateway: { name: 'vpngw-hub', sku: 'VpnGw1AZ', activeActive: false },
    pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
    radius: { servers: [{ address: '10.0.1.4', score: 30, host: hub }], secretName: 'radius-hub' },
    nps: { networkPolicy: 'p', mfaExtension: 'require' },
    approval: { required: true, timeoutDays: 7 },
  });
  const issue = {
    timestamp: 1,
    webhookEvent: 'jira:issue_updated',
    user: { accountId: 'a:1', displayName: 'Mia' },
    issue: { id: '1', key: 'NET-1', fields: { vnet: hub, reporter: { displayName: 'Mia' } } },
    changelog: {
      items: [
        { field: 'vnet', fieldId: 'vnet', toString: 'x' },
        { fieldId: 'status', toString: 'Approved' },
      ],
    },
  };
  const item = {
    number: 'RITM0010001',
    sys_id: '0'.repeat(32),
    sys_class_name: 'sc_req_item',
    operation: 'update',
    opened_by: { value: 'x', display_value: 'Mia' },
    variables: {
      virtual_network_id: { value: hub },
      protocols: 'IkeV2',
      nps_1_address: '10.0.1.4',
      active_active: 'yes',
    },
  };

  it.each([
    ['tickets', ticket()],
    ['deployments/plan', ticket()],
    ['tickets/jira', issue],
    ['tickets/servicenow', item],
    ['tickets/servicenow', { ...item, variables: [{ name: 'virtual_network_id', value: hub }] }],
    ['rotations', { virtualNetworkGatewayId: gatewayId }],
    ['compliance/runs', { scope: [gatewayId], remediate: false }],
    [
      'deployments/vpn-hub-1302ed0a6e04/approval',
      { approved: true, by: 'me', planDigest: '0'.repeat(64), comment: 'c' },
    ],
    ['deployments/vpn-hub-1302ed0a6e04/cancel', { by: 'me' }],
  ])('POST /%s', async (path, body) => {
    await check(
      fc.asyncProperty(spoilt(body), async (value) => {
        await statusOf('POST', path, bodyText(value));
      }),
      2 * runs,
    );
  });

  it.each([
    ['tickets', { ...ticket(), gateway: { sku: { toString: 1 } } }],
    ['tickets', { ...ticket(), pointToSite: { protocols: [{ toString: 1 }] } }],
  ])('POST /%s %j is a 400', async (path, body) =>
    expect(await statusOf('POST', path, bodyText(body))).toBe(400),
  );
});

describe('an event of any kind', () => {
  const written = {
    id: 'e1',
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    subject: `${hub}-elsewhere`,
    data: { resourceUri: `${hub}-elsewhere`, operationName: 'Microsoft.Network/virtualNetworks/write' },
  };
  const expiring = {
    id: 'e2',
    type: 'Microsoft.KeyVault.SecretNearExpiry',
    data: { ObjectType: 'Secret', ObjectName: 'radius-none', Version: '0'.repeat(32) },
  };

  it.each([
    ['vnetCreated', written],
    ['gatewayWritten', written],
    ['secretNearExpiry', expiring],
  ])('%s takes it or says what is wrong with it', async (name, event) => {
    await check(
      fc.asyncProperty(fc.oneof(spoilt(event), odd), async (value) => {
        const error: unknown = await story.host.deliver(name, value).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined)
          expect(error, `${bodyText(value)} ${(error as Error).stack}`).toSatisfy(isOurs);
      }),
      2 * runs,
    );
  });

  /** The built app has another class with the same name. */
  const isOurs = (error: unknown) =>
    error instanceof VpnRadiusError ||
    (error as { failure?: unknown }).failure !== undefined ||
    /names no|neither eventType/.test(String(error));
});
