import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { type Failure, failureOf, type Problem, VpnRadiusError } from '../../core/errors.ts';
import { redacted } from '../../core/redacted.ts';
import { refusalOf, remedyOf } from './access.ts';
import { signInRemedy } from './credential.ts';
import { requestIdsOf } from './request-ids.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { type Said, said } from './said.ts';
import { unexpectedAnswer } from './sensible-answer.ts';

/**
 * Makes one call to Azure about `target` (a resource id or the like). Every error comes out as a
 * `VpnRadiusError`. `secrets` are those that the call sends: when an answer quotes one, it is removed from
 * the error.
 */
export async function asking<T>(
  target: string,
  call: () => Promise<T>,
  secrets: readonly string[] = [],
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw azureError(error, target, secrets);
  }
}

/** The same as `asking`, but undefined when there is no such resource. */
export async function found<T>(target: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isRestError(error) && error.statusCode === 404 && absent.has(said(error).code ?? ''))
      return undefined;
    throw azureError(error, target);
  }
}

/**
 * The same as `found`, for a resource whose absence ends a deployment: one 404 alone is not enough for that.
 */
export const foundForSure = async <T>(target: string, call: () => Promise<T>): Promise<T | undefined> =>
  (await found(target, call)) ?? found(target, call);

/**
 * The codes of a 404 which mean that the resource does not exist. The others (`InvalidResourceType`,
 * `SubscriptionNotFound`) are mistakes of the caller.
 */
const absent = new Set([
  'ResourceNotFound',
  'NotFound',
  'ParentResourceNotFound',
  'ResourceGroupNotFound',
  'SecretNotFound',
]);

/**
 * An error of an Azure client in this app's words: Azure's own code and sentence, without signatures and
 * secrets. It has no `cause`, because the error of the client holds the request. `objectId` is the identity
 * that asks, for services that do not say whom they refuse.
 */
export function azureError(
  error: unknown,
  target: string,
  secrets: readonly string[] = [],
  objectId?: string,
): VpnRadiusError {
  if (error instanceof VpnRadiusError) return error;
  const told =
    isRestError(error) && error.statusCode
      ? answered(error, target, secrets, objectId)
      : unanswered(error, target);
  return withPlaceOf(error, told);
}

function answered(
  error: RestError,
  target: string,
  secrets: readonly string[],
  objectId?: string,
): VpnRadiusError {
  const status = error.statusCode ?? 0;
  if (status < 400) return unexpectedAnswer(target, 'cannot be read', error.response);
  const body = said(error);
  // Key Vault answers `Forbidden`, with the reason inside: `SecretDisabled`, `ForbiddenByRbac`,
  // `ForbiddenByFirewall`.
  const code = (body.code === 'Forbidden' ? body.inner : undefined) ?? body.code ?? `Http${status}`;
  const sentence = redacted(
    body.message ?? `Azure answered with status ${status} and gave no reason.`,
    secrets,
  );
  const ids = error.response && requestIdsOf(error.response);
  const refusal = refusalOf(error, code, sentence);
  if (refusal)
    return new VpnRadiusError({
      code: status === 401 ? 'AuthorizationFailed' : code,
      message: `${sentence.trim().replace(/\s+/g, ' ')} ${remedyOf(refusal, objectId)}`,
      target,
      ...ids,
    });
  // A token that expired on the way: the next request brings a new one. Storage has one code for every bad token.
  const hasExpired =
    status === 401 && ['ExpiredAuthenticationToken', 'InvalidAuthenticationInfo'].includes(code);
  if (status === 401 && !hasExpired)
    return new VpnRadiusError({
      code: 'CredentialUnavailable',
      message: `Azure does not accept the credential (${code}): ${sentence} ${signInRemedy()}`,
      target,
      ...ids,
    });
  const wait = error.response && retryAfterSeconds(error.response.headers);
  return new VpnRadiusError({
    code,
    message: sentence,
    target,
    ...detailsTold(body, code, secrets),
    ...(hasExpired || isTransient(status, code, sentence) || isOutrun(error, code)
      ? { transient: true }
      : {}),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
    ...ids,
  });
}

/**
 * Where a resource may be missing, `found` asks for it. In all other places a 404 is about a resource that
 * was read a moment ago. Azure's regions learn of a new resource one after the other (Resource Manager,
 * "Troubleshoot: resource not found"), or the 404 comes from something on the way, without a code that can be
 * read. When the resource is really gone, the read before the next attempt says so.
 */
const isOutrun = ({ statusCode, request }: RestError, code: string) =>
  statusCode === 404 &&
  // That what is to be deleted does not exist is for the caller to say, when it can be read.
  (request?.method !== 'DELETE' || code === 'PARSE_ERROR') &&
  ['ResourceNotFound', 'ParentResourceNotFound', 'NotFound', 'Http404', 'PARSE_ERROR'].includes(code);

/** Policies may list every value that they allow. */
const longestDetail = 1500;

/** What may be told of the details. `code` stands in for a detail without one. */
export function detailsTold(body: Said, code: string, secrets: readonly string[]): Pick<Failure, 'details'> {
  const details = detailsOf(body, code).map(
    (detail): Problem => ({
      code: detail.code,
      // The text is cut after the secrets are removed: half a secret would not be recognised.
      message: redacted(detail.message, secrets).slice(0, longestDetail),
      ...(detail.target ? { target: redacted(detail.target, secrets) } : {}),
    }),
  );
  return details.length > 0 ? { details } : {};
}

/** The details and additional information of every level, such as which policy forbids the request. */
function detailsOf({ details = [], more = [] }: Said, code: string): Problem[] {
  return [
    ...more,
    ...details.flatMap((detail) => [
      {
        code: detail.code ?? code,
        message: detail.message ?? '',
        ...(detail.target ? { target: detail.target } : {}),
      },
      ...detailsOf(detail, code),
    ]),
  ];
}

/** Codes of a refusal that passes by itself, with any status: providers answer them with 400, 409 or 429. */
const passing = new Set([
  'AnotherOperationInProgress',
  'RetryableError',
  'ReferencedResourceNotProvisioned',
  'CanceledAndSupersededDueToAnotherOperation',
  'OperationPreempted',
]);

function isTransient(status: number, code: string, message: string): boolean {
  if (status === 408 || status === 429 || status >= 500) return true;
  // The body with the reason was lost on the way. Most conflicts pass; one that does not says so the next time.
  if (code === 'Http409') return true;
  // Waiting does not bring a resource out of the state Failed, so only a state of work is transient.
  const isBusy = /\b(?:in|is) (?:\w+ )?(?:Updating|Creating|Deleting)\b/.test(message);
  if (code === 'ReferencedResourceNotProvisioned') return !/\bFailed\b/.test(message);
  return (
    passing.has(code) || ((status === 400 || status === 409) && (isBusy || /is in progress/i.test(message)))
  );
}

function unanswered(error: unknown, target: string): VpnRadiusError {
  const name = error instanceof Error ? error.name : '';
  if (credentialErrors.has(name))
    return new VpnRadiusError({
      code: 'CredentialUnavailable',
      message: `No credential could get a token for Azure. ${signInRemedy()}`,
      target,
    });
  if (name === 'AbortError')
    return new VpnRadiusError({
      code: 'AzureTimeout',
      message: 'Azure did not answer in time.',
      target,
      transient: true,
    });
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (!isRestError(error) && !broken.has(String(code)))
    return new VpnRadiusError({ ...failureOf(error), target });
  const isAboutCertificate = /CERT|SIGNATURE|TLS/.test(String(code ?? ''));
  return new VpnRadiusError({
    code: isAboutCertificate ? 'CertificateRejected' : 'AzureUnreachable',
    message: `${hostOf(error)} ${isAboutCertificate ? 'has a certificate that is not trusted' : 'could not be reached'} (${code ?? 'no reason given'}).`,
    target,
    ...(isAboutCertificate ? {} : { transient: true }),
  });
}

/** What Node.js itself says of a connection, for errors that no client has put into its own words. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** https://learn.microsoft.com/javascript/api/@azure/identity: what `getToken` throws. */
const credentialErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
]);

function hostOf(error: unknown): string {
  return isRestError(error) && error.request ? new URL(error.request.url).host : 'Azure';
}

/** Frames name only files and lines, so they may be logged. The message of the original error may not. */
function withPlaceOf(original: unknown, told: VpnRadiusError): VpnRadiusError {
  const frames =
    original instanceof Error
      ? (original.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
      : [];
  if (frames.length > 0) told.stack = [`${told.name}: ${told.message}`, ...frames].join('\n');
  return told;
}
