import { type Azure, createAzure } from '../../../simulator/azure/azure.ts';
import type { WireResponse } from '../../../simulator/azure/wire/messages.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { NpsHost } from '../../../simulator/nps/host.ts';
import { header, send } from './client.ts';
import type { Interaction, Recording } from './recording.ts';

/** One recorded interaction beside the simulator's answer to it. */
export interface Compared {
  index: number;
  recorded: Interaction;
  simulated: WireResponse;
}

type Json = Record<string, unknown>;

export interface ReplayRules {
  /** Why an interaction is left out; undefined to replay it. */
  skip: (recorded: Interaction, index: number) => string | undefined;
  /** The body to send when the recorder kept none. */
  body?: (recorded: Interaction, before: Interaction[]) => unknown;
  /** Runs before the first request. */
  prepare?: (azure: Azure, recording: Recording) => unknown;
  npsHosts?: ReadonlyMap<string, NpsHost>;
}

const time = (interaction: Interaction): number => Date.parse(interaction.responseHeaders.date ?? '');
const operationIn = (url: string): string | undefined =>
  /\/(?:operations|operationresults|operationstatus)\/([\w-]+)/i.exec(url)?.[1];

/** How long the recorded operation took, by the first answer that says that it has ended. */
function recordedSeconds(recording: Recording, index: number): number {
  const written = recording.interactions[index]!;
  const { 'azure-asyncoperation': status, location } = written.responseHeaders;
  const id = operationIn(status ?? location ?? '');
  const path = new URL(written.url).pathname;
  const over = recording.interactions.slice(index + 1).find((later) => {
    const body = later.responseBody as Json | null;
    if (operationIn(later.url) === id) {
      return body ? /Succeeded|Failed/.test(String(body.status)) : later.status !== 202;
    }
    const state = (body?.properties as Json | undefined)?.provisioningState;
    if (later.method !== 'GET' || new URL(later.url).pathname !== path) return false;
    return written.method === 'DELETE' ? later.status === 404 : state === 'Succeeded';
  });
  return over ? Math.max(0, (time(over) - time(written)) / 1000 - 1) : 5;
}

/** A subscription, a group or a resource that a recording reads before it writes it existed already. */
function seedWhatIsRead(azure: Azure, recorded: Interaction, written: Set<string>): void {
  const body = recorded.responseBody as Json | null;
  const id = body?.id;
  if (recorded.method !== 'GET' || recorded.status !== 200 || typeof id !== 'string') return;
  if (written.has(id.toLowerCase()) || azure.resource(id)) return;
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i.exec(id)?.[1];
  if (group) {
    const tags = body?.tags as Record<string, string> | undefined;
    azure.world.resourceGroups.set(id.toLowerCase(), {
      id,
      name: group,
      location: 'westus',
      ...(tags && { tags }),
    });
    return;
  }
  if (!/\/providers\//.test(id)) return;
  const { instanceView: _, ...properties } = { ...(body?.properties as Json) };
  const network = /^(.*)\/subnets\/[^/]+$/i.exec(id)?.[1];
  if (network && azure.resource(network)) return;
  if (network) {
    const addressSpace = { addressPrefixes: [String(properties.addressPrefix)] };
    azure.seed([
      { id: network, location: 'westus', properties: { addressSpace, subnets: [{ ...body, properties }] } },
    ]);
  } else azure.seed([{ ...(body as Json), id, location: String(body?.location), properties }]);
}

function makeRoom(azure: Azure, recording: Recording): void {
  for (const { url, method } of recording.interactions) {
    const match = /\/subscriptions\/([^/?]+)(?:\/resourceGroups\/([^/?]+))?(\/)?/i.exec(url);
    if (!match) continue;
    if (!azure.world.subscriptions.some((one) => one.subscriptionId === match[1])) {
      azure.world.subscriptions.push({ subscriptionId: match[1]!, displayName: 'recorded' });
    }
    const id = `/subscriptions/${match[1]}/resourceGroups/${match[2]}`;
    const made = recording.interactions.some(
      (one) => one.method === 'PUT' && new RegExp(`${match[2]}\\?`, 'i').test(one.url),
    );
    if (!match[2] || azure.world.resourceGroups.has(id.toLowerCase()) || made || method === 'HEAD') continue;
    azure.world.resourceGroups.set(id.toLowerCase(), { id, name: match[2], location: 'westus' });
  }
}

/** URLs that the service made, from the recorded URL to the simulator's. */
function learnUrls(urls: Map<string, string>, recorded: Interaction, simulated: WireResponse): void {
  for (const name of ['azure-asyncoperation', 'location']) {
    const [from, to] = [recorded.responseHeaders[name], header(simulated, name)];
    if (from && to && !urls.has(from)) urls.set(from, to);
  }
  const from = (recorded.responseBody as Json | null)?.id;
  if (typeof from !== 'string' || !from.startsWith('https://') || !simulated.body) return;
  urls.set(from, String((JSON.parse(simulated.body) as Json).id));
}

function urlOf(urls: Map<string, string>, recorded: Interaction): string | undefined {
  const known = urls.get(recorded.url);
  if (known) return known;
  if (operationIn(recorded.url)) return undefined;
  const [path, query] = recorded.url.split('?');
  return `${urls.get(path!) ?? path}?${query}`;
}

/** Sends the recorded requests in order, at the recorded times, and keeps the answers. */
export async function replay(recording: Recording, rules: ReplayRules): Promise<Compared[]> {
  const clock = virtualClock(new Date(time(recording.interactions[0]!)));
  const azure = createAzure({
    clock,
    seed: recording.name,
    ...(rules.npsHosts ? { npsHosts: rules.npsHosts } : {}),
  });
  makeRoom(azure, recording);
  await rules.prepare?.(azure, recording);
  const compared: Compared[] = [];
  const urls = new Map<string, string>();
  const written = new Set<string>();
  for (const [index, recorded] of recording.interactions.entries()) {
    clock.advance(Math.max(0, time(recorded) - clock.now().getTime()));
    await azure.settled();
    const url = rules.skip(recorded, index) === undefined ? urlOf(urls, recorded) : undefined;
    if (url === undefined) continue;
    seedWhatIsRead(azure, recorded, written);
    if (recorded.method !== 'GET') {
      const seconds = recordedSeconds(recording, index);
      const { durations } = azure.settings;
      for (const name of Object.keys(durations)) durations[name as keyof typeof durations] = seconds;
      written.add(new URL(recorded.url).pathname.toLowerCase());
    }
    const body =
      recorded.requestBody ??
      (recorded.method === 'PUT'
        ? rules.body?.(recorded, recording.interactions.slice(0, index))
        : undefined);
    const simulated = await send(
      azure,
      recorded.method,
      url,
      body,
      recorded.status !== 401,
      recorded.requestHeaders,
    );
    learnUrls(urls, recorded, simulated);
    compared.push({ index, recorded, simulated });
  }
  return compared;
}
