import { parsedJson } from '../../parsed-json.ts';
import { dataAllowed } from '../arm/access.ts';
import { type Core, nextGuid } from '../core.ts';
import {
  AzureError,
  copy,
  defined,
  isObject,
  type JsonObject,
  json,
  object,
  text,
  type WireRequest,
  type WireResponse,
} from '../wire/messages.ts';
import { readToken } from '../wire/tokens.ts';
import type { SecretVersion } from '../world.ts';

const vaultDomain = 'https://vault.azure.net';

/** Key Vault answers with `error.innererror` when the refusal has its own cause. */
const vaultError = (status: number, code: string, message: string, inner?: string): AzureError =>
  new AzureError(status, code, message, { innererror: inner ? { code: inner } : undefined });

/**
 * The resource that the challenge names. Clients refuse a challenge whose resource is not a parent domain of the vault.
 * A loopback address has no parent domain, so for it the resource has its own scheme, in which the last three parts of
 * the address look like a domain. The token endpoint accepts it as the vault's audience.
 */
function challengeResource(url: URL): string {
  return url.hostname === '127.0.0.1' ? `simulated://0.0.1:${url.port || 443}` : vaultDomain;
}

export const isVaultAudience = (audience: string): boolean =>
  audience.replace(/\/$/, '') === vaultDomain || /^simulated:\/\/0\.0\.1(:\d+)?\/?$/.test(audience);

export const isVaultPath = (path: string): boolean => /^\/(deletedsecrets|secrets)(\/|$)/i.test(path);

const dataAction: Record<string, string> = {
  GET: 'getSecret/action',
  PUT: 'setSecret/action',
  PATCH: 'update/action',
  DELETE: 'delete',
};

/** The data action of a request, as in a role definition. */
export function vaultAction(method: string, path: string): string {
  const parts = path.split('/').filter(Boolean);
  const isList = method === 'GET' && (parts.length === 1 || parts[2]?.toLowerCase() === 'versions');
  if (/^\/deletedsecrets/i.test(path)) {
    const verb =
      method === 'DELETE' ? 'purge/action' : method === 'POST' ? 'recover/action' : 'readMetadata/action';
    return `Microsoft.KeyVault/vaults/secrets/${verb}`;
  }
  return `Microsoft.KeyVault/vaults/secrets/${isList ? 'readMetadata/action' : (dataAction[method] ?? method)}`;
}

const headers = (core: Core): Record<string, string> => ({
  'x-ms-keyvault-region': core.world.vault.region,
  'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
  'x-ms-keyvault-service-version': '1.9.2244.1',
});

interface Request {
  core: Core;
  url: URL;
  method: string;
  name: string;
  version: string | undefined;
  body: JsonObject;
}

/** Answers the vault's data plane: first a challenge, then secrets. */
export function keyVault(core: Core, request: WireRequest, url: URL, isDenied: boolean): WireResponse {
  const method = request.method.toUpperCase();
  const claims = readToken(core.world, request.headers.authorization);
  if (!claims || !isVaultAudience(claims.aud))
    throw challenge(core, url, request.headers.authorization !== undefined);
  const action = vaultAction(method, url.pathname);
  if (isDenied || !dataAllowed(core, action)) throw forbidden(core, action, claims, url);
  if (!url.searchParams.get('api-version')) {
    throw vaultError(400, 'BadParameter', 'api-version must be specified');
  }
  const [collection, name, version] = url.pathname.split('/').filter(Boolean) as [string, string?, string?];
  const answer = answerSecret({
    core,
    url,
    method,
    name: (name ?? '').toLowerCase(),
    version,
    body: method === 'PUT' || method === 'PATCH' ? vaultBody(request.body) : {},
    ...(collection.toLowerCase() === 'deletedsecrets' ? { isDeleted: true } : {}),
  });
  return { ...answer, headers: { ...answer.headers, ...headers(core) } };
}

function challenge(core: Core, url: URL, hadToken: boolean): AzureError {
  const authority = `${url.origin}/${core.world.tenantId}`;
  return new AzureError(
    401,
    'Unauthorized',
    hadToken
      ? `AKV10022: Invalid audience. Expected ${vaultDomain}.`
      : 'AKV10000: Request is missing a Bearer or PoP token.',
    {
      headers: {
        'WWW-Authenticate': `Bearer authorization="${authority}", resource="${challengeResource(url)}"`,
        ...headers(core),
      },
    },
  );
}

function forbidden(core: Core, action: string, caller: { appid: string; oid: string }, url: URL): AzureError {
  return vaultError(
    403,
    'Forbidden',
    `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=${caller.appid};oid=${caller.oid};iss=https://sts.windows.net/${core.world.tenantId}/\r\nAction: '${action}'\r\nResource: '${url.pathname}'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\nVault: ${core.world.vault.name};location=${core.world.vault.region}\r\n`,
    'ForbiddenByRbac',
  );
}

function vaultBody(body: string | undefined): JsonObject {
  const parsed = parsedJson(body);
  if (isObject(parsed)) return parsed;
  throw vaultError(400, 'BadParameter', 'The request body must be a JSON object.');
}

function answerSecret(request: Request & { isDeleted?: boolean }): WireResponse {
  const { core, method, name, version } = request;
  const { secrets, deleted } = core.world.vault;
  if (request.isDeleted) return deletedRoute(request, deleted);
  if (method === 'GET' && !name)
    return pageOf(
      request,
      [...secrets].map(([secret, versions]) => itemView(request, secret, versions.at(-1)!, false)),
    );
  if (method === 'GET' && version?.toLowerCase() === 'versions') {
    const versions = secrets.get(name);
    if (!versions) throw secretNotFound(name);
    return pageOf(
      request,
      versions.map((one) => itemView(request, name, one, true)),
    );
  }
  if (method === 'GET') return getSecret(request);
  if (method === 'PUT' && !version) return setSecret(request);
  if (method === 'PATCH') return updateSecret(request);
  if (method === 'DELETE' && !version) {
    const versions = secrets.get(name);
    if (!versions) throw secretNotFound(name);
    secrets.delete(name);
    if (!core.world.vault.softDelete) return json(200, itemView(request, name, versions.at(-1)!, true));
    deleted.set(name, versions);
    return json(200, deletedView(request, name, versions.at(-1)!));
  }
  throw new AzureError(
    404,
    'InvalidRoute',
    `The simulator does not imitate ${method} ${request.url.pathname} of Key Vault (see simulator/README.md).`,
  );
}

function deletedRoute(request: Request, deleted: Map<string, SecretVersion[]>): WireResponse {
  const { core, method, name, version } = request;
  const versions = deleted.get(name);
  if (!versions) throw vaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
  if (method === 'GET') return json(200, deletedView(request, name, versions.at(-1)!));
  deleted.delete(name);
  if (method === 'DELETE') return { status: 204, headers: {}, body: '' };
  if (version?.toLowerCase() === 'recover') core.world.vault.secrets.set(name, versions);
  return json(200, itemView(request, name, versions.at(-1)!, true));
}

const secretNotFound = (name: string): AzureError =>
  vaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );

function requestedVersion({ core, name, version }: Request): SecretVersion {
  const versions = core.world.vault.secrets.get(name);
  const one = version ? versions?.find((candidate) => candidate.version === version) : versions?.at(-1);
  if (!one) throw secretNotFound(version ? `${name}/${version}` : name);
  return one;
}

function getSecret(request: Request): WireResponse {
  const one = requestedVersion(request);
  if (!one.enabled) {
    throw vaultError(
      403,
      'Forbidden',
      'Operation get is not allowed on a disabled secret.',
      'SecretDisabled',
    );
  }
  return json(200, { value: one.value, ...itemView(request, request.name, one, true) });
}

/** PUT makes a new version: 200, with the value in the answer (recorded). */
function setSecret(request: Request): WireResponse {
  const { core, name, body } = request;
  const value = text(body.value);
  if (value === undefined) throw vaultError(400, 'BadParameter', 'Property value has invalid value\r\n');
  if (!/^[0-9a-z-]{1,127}$/.test(name)) {
    throw vaultError(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
  }
  if (core.world.vault.deleted.has(name)) {
    throw vaultError(
      409,
      'Conflict',
      `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      'ObjectIsDeletedButRecoverable',
    );
  }
  const attributes = object(body.attributes);
  const now = Math.floor(core.clock.now().getTime() / 1000);
  const version: SecretVersion = {
    version: nextGuid(core).replaceAll('-', ''),
    value,
    ...(text(body.contentType) === undefined ? {} : { contentType: String(body.contentType) }),
    ...(isObject(body.tags) ? { tags: copy(body.tags) as Record<string, string> } : {}),
    enabled: attributes.enabled !== false,
    created: now,
    updated: now,
    ...datesOf(attributes),
  };
  const versions = core.world.vault.secrets.get(name) ?? [];
  core.world.vault.secrets.set(name, [...versions, version]);
  return json(200, { value, ...itemView(request, name, version, true) });
}

const datesOf = (attributes: JsonObject) => ({
  ...(typeof attributes.exp === 'number' ? { expires: attributes.exp } : {}),
  ...(typeof attributes.nbf === 'number' ? { notBefore: attributes.nbf } : {}),
});

function updateSecret(request: Request): WireResponse {
  const one = requestedVersion(request);
  const { body, core } = request;
  const attributes = object(body.attributes);
  if (typeof attributes.enabled === 'boolean') one.enabled = attributes.enabled;
  if (text(body.contentType) !== undefined) one.contentType = String(body.contentType);
  if (isObject(body.tags)) one.tags = copy(body.tags) as Record<string, string>;
  Object.assign(one, datesOf(attributes), { updated: Math.floor(core.clock.now().getTime() / 1000) });
  return json(200, itemView(request, request.name, one, true));
}

function itemView({ core, url }: Request, name: string, one: SecretVersion, hasVersion: boolean): JsonObject {
  return defined({
    contentType: one.contentType,
    id: `${url.origin}/secrets/${name}${hasVersion ? `/${one.version}` : ''}`,
    attributes: defined({
      enabled: one.enabled,
      nbf: one.notBefore,
      exp: one.expires,
      created: one.created,
      updated: one.updated,
      recoveryLevel: core.world.vault.softDelete ? 'Recoverable+Purgeable' : 'Purgeable',
      recoverableDays:
        core.world.vault.softDelete && (url.searchParams.get('api-version') ?? '') >= '7.1' ? 90 : undefined,
    }),
    tags: one.tags,
  });
}

function deletedView(request: Request, name: string, one: SecretVersion): JsonObject {
  const now = Math.floor(request.core.clock.now().getTime() / 1000);
  return {
    recoveryId: `${request.url.origin}/deletedsecrets/${name}`,
    deletedDate: now,
    scheduledPurgeDate: now + 90 * 86_400,
    ...itemView(request, name, one, true),
  };
}

/** 25 on a page unless `maxresults` says less. */
function pageOf({ url }: Request, items: JsonObject[]): WireResponse {
  const size = Math.min(25, Number(url.searchParams.get('maxresults') ?? 25) || 25);
  const from = Number(url.searchParams.get('$skiptoken') ?? 0) || 0;
  const next = new URL(url);
  next.searchParams.set('$skiptoken', String(from + size));
  return json(200, {
    value: items.slice(from, from + size),
    nextLink: from + size < items.length ? next.href : null,
  });
}
