import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedRequest } from '../../../simulator/azure/azure.ts';
import type { Stage } from './stage.ts';

/** The forms of `secret`: as it is, in hex, in a URL, and in base64 at every position of an encoded text. */
export function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((shift) =>
    // The first and the last characters depend on the neighbours.
    Buffer.from(`${'x'.repeat(shift)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift > 0 ? 4 : 0, -3),
  );
  const hex = Buffer.from(secret).toString('hex');
  return [
    secret,
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
  ];
}

/**
 * A request without the places that may hold the secret: the gateway's body, the write of the secret itself. NPS gets
 * it encrypted.
 */
function withoutItsPlace({ url, body = '', method, service }: LoggedRequest): string {
  if (method === 'PUT' && /\/virtualNetworkGateways\/[^/?]+\?/.test(url)) {
    return url + body.replaceAll(/"radiusServerSecret":"[^"]*"/g, '');
  }
  return service === 'keyVault' && method === 'PUT' ? url : url + body;
}

/** Every text that leaves the app, or that the app keeps, with its place. */
export async function told(story: Stage, stateDir: string): Promise<[string, string][]> {
  const { host, world } = story;
  // A dry run that asks the NPS servers, so that its answer and everything that it leaves behind are searched too.
  const preview = await story.call('POST', 'deployments/plan', { ...story.ticket(), nps: 'preview' });
  await host.runFor(5);
  const ids = host.durable.instances().map(({ instanceId }) => instanceId);
  const answers = await Promise.all(
    [
      'deployments',
      'health',
      'guardrails',
      'compliance/latest',
      'compliance/reports',
      `plans/${preview.body.id}`,
      ...ids.flatMap((id) => ['', '/plan', '/record'].map((part) => `deployments/${id}${part}`)),
    ].map(async (path) => [`GET ${path}`, (await story.call('GET', path)).text] as [string, string]),
  );
  answers.push([
    'POST deployments/plan',
    (await story.call('POST', 'deployments/plan', story.ticket())).text,
  ]);
  // What the host keeps of instances, and what the app keeps of plans, records, lists and reports.
  const files = ['host', 'reports']
    .flatMap((folder) => readdirSync(join(stateDir, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...answers,
    ...ids.map((id): [string, string] => [`history of ${id}`, JSON.stringify(host.durable.history(id))]),
    ['instances', JSON.stringify(host.durable.instances())],
    ...story.logs.map((entry, index): [string, string] => [`log line ${index}`, JSON.stringify(entry)]),
    ...files.map((file): [string, string] => [file, readFileSync(file, 'utf8')]),
    ...world.receiver.deliveries.map((one): [string, string] => ['the ticket', JSON.stringify(one)]),
    ['topic', JSON.stringify(world.azure.topicEvents)],
    ...world.azure.requests.map((one): [string, string] => [
      `${one.method} ${one.action}`,
      withoutItsPlace(one),
    ]),
  ];
}
