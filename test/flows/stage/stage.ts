import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type {
  Deployment,
  Stage as DeploymentStage,
  StageName,
  TicketAnswer,
} from '../../../shared/deployment/contract.ts';
import type { LoggedRequest } from '../../../simulator/azure/azure.ts';
import { hubNetworkId, npsMachineId } from '../../../simulator/azure/default-world.ts';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';
import type { VirtualClock } from '../../../simulator/clock.ts';
import type { LogEntry } from '../../../simulator/host/invocation.ts';
import { type Local, type LocalOptions, startLocal } from '../../../simulator/local/local.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { leftOpen } from '../../left-open.ts';
import { differenceFromDocs } from './event-schemas.ts';

/** The built app, which the flows play. */
export const appFile = fileURLToPath(new URL('../../../dist/functions/app.js', import.meta.url));
/** Every story begins at this time. */
export const beginning = new Date('2030-01-01T00:00:00.000Z');

export const hub = hubNetworkId;
const inHub = hub.slice(0, hub.indexOf('/providers/'));
export const inResourceGroup = (path: string) => `${inHub}/providers/${path}`;
export const gatewayId = inResourceGroup('Microsoft.Network/virtualNetworkGateways/vpngw-hub');
export const subnetId = `${hub}/subnets/GatewaySubnet`;
export const nps01 = npsMachineId;
export const nps02 = npsMachineId.replace(/nps-01$/, 'nps-02');
export const npsOnPremises = inResourceGroup('Microsoft.HybridCompute/machines/nps-onprem');

/** The names that ARM and Key Vault have for the writes of the story. */
export const actions = {
  gateway: 'Microsoft.Network/virtualNetworkGateways/write',
  subnet: 'Microsoft.Network/virtualNetworks/subnets/write',
  publicIp: 'Microsoft.Network/publicIPAddresses/write',
  runCommand: 'Microsoft.Compute/virtualMachines/runCommands/write',
} as const;

const sample = JSON.parse(
  readFileSync(new URL('../../samples/tickets/webhook.json', import.meta.url), 'utf8'),
) as JsonObject;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what the answer must look like
  readonly body: any;
}

export type Stage = ReturnType<typeof played>;
type StageOptions = Omit<LocalOptions, 'pace'>;

let open: Local | undefined;
let worldPort = 0;

async function closed() {
  const story = open;
  open = undefined;
  await story?.close();
  const wrong = (story?.world.azure.topicEvents ?? []).flatMap((event) => differenceFromDocs(event) ?? []);
  expect(wrong, 'events to the topic that are not as docs/events says').toEqual([]);
}
leftOpen.add(closed);

/**
 * The app on the simulated host, with the simulated world behind it, in virtual time. It is closed when the next story
 * begins.
 */
export async function stage(options: StageOptions = {}) {
  await closed();
  const logs: LogEntry[] = [];
  const local = await startLocal({
    seed: 'flows',
    start: beginning,
    worldPort,
    appFile,
    ...options,
    onLog(entry) {
      logs.push(entry);
      options.onLog?.(entry);
    },
  });
  open = local;
  worldPort = Number(new URL(local.world.origin).port);
  return played(local, logs, options.functionKey);
}

const prepared = new Map<string, Promise<string>>();

/**
 * A story that begins where `prepare` ended. What many stories begin with, such as a gateway that exists, is played
 * once in a process. Each story then goes on from its state, which the host loads as after a restart. Nothing is written to
 * disk then, but for a story with a state folder of its own. The app has `settingsAfter` only from then on.
 */
export async function stageAfter(
  prepare: (story: Stage) => Promise<unknown>,
  { stateDir, settingsAfter, ...options }: StageOptions & { settingsAfter?: StageOptions['settings'] } = {},
  beginsWith: unknown = '',
): Promise<Stage> {
  // What `prepare` closes over is another thing in another file.
  const key = JSON.stringify([expect.getState().testPath, beginsWith, options, prepare.toString()]);
  let folder = prepared.get(key);
  if (!folder) {
    folder = playedTo(prepare, options);
    prepared.set(key, folder);
  }
  const settings = { ...options.settings, ...settingsAfter };
  if (stateDir === undefined && !options.storage)
    return stage({ ...options, settings, beginsWith: await folder });
  const own = stateDir ?? join(temporaryFolder('vpn-radius-story-').folder, 'state');
  cpSync(await folder, own, { recursive: true });
  return stage({ ...options, settings, stateDir: own });
}

async function playedTo(prepare: (story: Stage) => Promise<unknown>, options: StageOptions): Promise<string> {
  const stateDir = join(temporaryFolder('vpn-radius-story-').folder, 'state');
  await prepare(await stage({ ...options, stateDir }));
  await closed();
  return stateDir;
}

function played(local: Local & { clock: VirtualClock }, logs: readonly LogEntry[], key?: string) {
  const { host, world, clock } = local;
  const { azure } = world;

  async function call(method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await host.fetch(`/api/${path}`, {
      method,
      ...(key && { headers: { 'x-functions-key': key } }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: text ? parsed(text) : undefined };
  }
  const deployment = async (id: string): Promise<Deployment> => (await call('GET', `deployments/${id}`)).body;
  const until = (id: string, condition: (deployment: Deployment) => boolean, limitMinutes = 240) =>
    host.runUntil(async () => condition(await deployment(id)), { limitMinutes });

  return {
    ...local,
    logs,
    call,
    deployment,
    until,
    /** The project's own sample, with the callback of this world. `changes` replace fields of it. */
    ticket: (changes: JsonObject = {}) => ({ ...sample, ticket: webhook(local, 'REQ0012345'), ...changes }),
    webhook: (id: string) => webhook(local, id),
    /** Posts a ticket that must be taken; returns the deployment's id. */
    async send(ticket: unknown, path = 'tickets'): Promise<string> {
      const answer = await call('POST', path, ticket);
      if (answer.status !== 202) throw new Error(`The ticket was not taken: ${answer.status} ${answer.text}`);
      return answer.body.id;
    },
    /** Waits until the deployment asks for an approval, and approves the plan that it shows; returns its id. */
    async agree(id: string, by = 'Jonas'): Promise<string> {
      await until(id, ({ status }) => status === 'AwaitingApproval');
      const { body: plan } = await call('GET', `deployments/${id}/plan`);
      const decision = { approved: true, by, planDigest: plan.digest };
      const answer = await call('POST', `deployments/${id}/approval`, decision);
      if (answer.status !== 202)
        throw new Error(`The approval was not taken: ${answer.status} ${answer.text}`);
      return id;
    },
    /** Lets time pass until the deployment has ended, and what follows at once has happened too. */
    async ended(id: string, limitMinutes = 240): Promise<Deployment> {
      const status = () => host.durable.instance(id)?.status ?? 'Pending';
      await host.runUntil(() => ['Completed', 'Failed', 'Terminated'].includes(status()), { limitMinutes });
      await host.settled();
      return deployment(id);
    },
    /** What the ticket's callback was told, oldest first. */
    answers: () => world.receiver.deliveries.map(({ body }) => JSON.parse(body) as TicketAnswer),
    /**
     * Requests that change something at ARM or in Key Vault. The `Test` on NPS that the check after a deployment runs
     * is not among them.
     */
    writes: () =>
      azure.requests.filter(
        ({ method, service, url }) =>
          ['PUT', 'PATCH', 'DELETE'].includes(method) &&
          (service === 'arm' || service === 'keyVault') &&
          !isOfCheck(url),
      ),
    requests: (method: string, action: string) =>
      requestsFor(azure.requests, method, action).filter(({ url }) => !isOfCheck(url)),
    properties: (id: string) => azure.resource(id)?.properties as Properties | undefined,
    nps: (name: 'nps-01' | 'nps-02' | 'nps-onprem') => world.npsServers.get(name)!,
    minutes: () => (clock.now().getTime() - beginning.getTime()) / 60_000,
    /** A write at ARM that somebody else makes, not the app. */
    async armWrites(method: 'PUT' | 'PATCH' | 'DELETE', id: string, body: JsonObject): Promise<number> {
      const { token } = azure.token('https://management.azure.com/');
      const answer = await azure.handle({
        method,
        url: `${world.origin}${id}?api-version=2025-01-01`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.status;
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: resources as ARM keeps them, asked for by the tests that know them
type Properties = Record<string, any>;

const webhook = ({ world }: Local, id: string) => ({
  system: 'webhook',
  id,
  callbackUrl: `${world.origin}/hooks/${id}`,
});

/** The compliance check asks NPS with run commands of this name. */
const isOfCheck = (url: string) => url.includes('/runCommands/vpn-radius-check-');

export function requestsFor(requests: readonly LoggedRequest[], method: string, action: string) {
  return requests.filter((request) => request.method === method && request.action === action);
}

export function stageOf({ stages }: Deployment, name: StageName): DeploymentStage {
  return stages.find((one) => one.name === name)!;
}

export const statuses = ({ stages }: Deployment) =>
  Object.fromEntries(stages.map(({ name, status }) => [name, status]));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
