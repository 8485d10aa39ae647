import { key } from '../azure/arm/identifiers.ts';
import type { LoggedRequest } from '../azure/azure.ts';
import { isObject, type JsonObject, list, object, text } from '../azure/wire/messages.ts';
import type { World } from '../local/world.ts';
import { jsonOrText } from '../parsed-json.ts';

/** A change that somebody else makes in Azure. Returns the answer with its body. */
export async function byHand(
  world: World,
  wish: JsonObject,
): Promise<{ status: number; body: unknown; request: LoggedRequest | undefined }> {
  const { azure, origin } = world;
  const id = String(wish.id);
  const { token } = azure.token('https://management.azure.com/');
  const before = azure.requests.length;
  // The role of the scenario is the app's. Other people have their own roles.
  const { rbac } = azure.settings;
  azure.settings.rbac = undefined;
  const handled = azure.handle({
    method: String(wish.method).toUpperCase(),
    url: `${origin}${id}${id.includes('?') ? '' : `?api-version=${text(wish.api) ?? '2025-01-01'}`}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(wish.body !== undefined && { body: JSON.stringify(wish.body) }),
  });
  const answer = await handled.finally(() => {
    azure.settings.rbac = rbac;
  });
  return { status: answer.status, body: jsonOrText(answer.body), request: azure.requests[before] };
}

/** A resource as a reader sees it, with its properties beside its tags and other members. Null when there is none. */
export function shown(world: World, id: string, keys: readonly unknown[]): unknown {
  const view = world.azure.view(id);
  if (!view) return null;
  const { properties, ...envelope } = view;
  let value: unknown = { ...envelope, ...object(properties) };
  for (const name of keys)
    value = isObject(value) || Array.isArray(value) ? (value as JsonObject)[String(name)] : undefined;
  return withoutSecrets(value ?? null);
}

/** The states of the NPS servers, without secrets and passwords. */
export const npsStates = ({ machines }: World): JsonObject =>
  Object.fromEntries(machines.map(({ name, server }) => [name, withoutSecrets(server.state())]));

const secretName = /secret|password/i;

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !(secretName.test(name) && typeof member === 'string'))
      .map(([name, member]) => [name, withoutSecrets(member)]),
  );
}

export interface Write {
  readonly at: string;
  readonly method: string;
  readonly status: number;
  readonly id: string;
  /** `Set` for a run command that writes on an NPS server. */
  readonly operation?: string;
}

/**
 * What the app wrote in Azure, in Key Vault and, by run commands, on NPS servers. What it only read or tested is not
 * here.
 */
export function writes({ azure }: World, byOthers: ReadonlySet<LoggedRequest>): Write[] {
  return azure.requests
    .filter((request) => !byOthers.has(request) && isWrite(request))
    .map(({ at, method, status, url, body }) => {
      const operation = /\/runCommands\//i.test(url) ? operationOf(body) : undefined;
      const id = decodeURIComponent(new URL(url).pathname);
      return { at, method, status, id, ...(operation && { operation }) };
    });
}

function isWrite({ service, method, url, body }: LoggedRequest): boolean {
  if (service !== 'arm' && service !== 'keyVault') return false;
  if (/\/runCommands\//i.test(url)) return method === 'PUT' && operationOf(body) === 'Set';
  if (method === 'POST') return /\/reset\?/i.test(url);
  return method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

function operationOf(body: string | undefined): string | undefined {
  const { parameters } = object(object(jsonOrText(body)).properties);
  return text(list(parameters).find(({ name }) => name === 'Operation')?.value);
}

/** What ticket systems were told: callbacks, work notes and comments. */
export function answers({ receiver, serviceNow, jira }: World): JsonObject[] {
  return [
    ...receiver.deliveries.map(({ path, at, body }) => ({
      system: 'webhook',
      path,
      at,
      ...object(jsonOrText(body)),
    })),
    ...serviceNow.journal.map(({ recordId, element, value, createdOn }) => ({
      system: 'servicenow',
      record: recordId,
      element,
      at: createdOn,
      text: value,
    })),
    ...[...jira.issues.values()].flatMap(({ key: issue, comments }) =>
      jira.comments(issue).map((comment, index) => ({
        system: 'jira',
        issue,
        at: comments[index]?.created,
        text: comment,
      })),
    ),
  ];
}

/** The records that a webhook names exist in the system which sends it. */
export function adoptRecord(world: World, path: string, body: unknown): void {
  const told = object(body);
  if (/tickets\/jira/.test(path)) {
    const issue = object(told.issue);
    const name = text(issue.key);
    if (!name) return;
    const known = [...world.jira.issues.values()].find((one) => key(one.key) === key(name));
    if (known) Object.assign(known.fields, object(issue.fields));
    else world.jira.create(name.split('-')[0]!, object(issue.fields), name);
  }
  const number = text(told.number);
  if (/tickets\/servicenow/.test(path) && number && !world.serviceNow.record(number)) {
    const fields = Object.entries(told).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    world.serviceNow.create(text(told.sys_class_name) ?? 'sc_req_item', Object.fromEntries(fields));
  }
}
