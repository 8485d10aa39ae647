import { actionOf } from '../../azure/arm/requests.ts';
import { standardError } from '../../azure/faults.ts';
import { isStoragePath } from '../../azure/storage/account.ts';
import { isVaultPath, vaultAction } from '../../azure/vault/key-vault.ts';
import { isIdentityPath } from '../../azure/wire/identity.ts';
import { json, type WireRequest, type WireResponse } from '../../azure/wire/messages.ts';
import { isPricesPath } from '../../azure/wire/retail-prices.ts';
import type { Disturbance, Effect } from '../disturbances.ts';
import { plain } from './plain.ts';

/** Whom the app asks. */
export type Service =
  | 'arm'
  | 'keyVault'
  | 'identity'
  | 'eventTopic'
  | 'prices'
  | 'blobs'
  | 'tables'
  | 'serviceNow'
  | 'jira'
  | 'receiver';

export function serviceOf(path: string): Service {
  if (isPricesPath(path)) return 'prices';
  if (isStoragePath(path)) return path.startsWith('/blobs/') ? 'blobs' : 'tables';
  if (isVaultPath(path)) return 'keyVault';
  if (isIdentityPath(path)) return 'identity';
  if (path === '/api/events') return 'eventTopic';
  if (/^\/(api\/now\/|oauth_token\.do$)/.test(path)) return 'serviceNow';
  if (path.startsWith('/rest/api/3/')) return 'jira';
  return path.startsWith('/hooks/') ? 'receiver' : 'arm';
}

/** A request in words: its method, and its action or whom it asks. */
export function wordsOf({ method, url }: WireRequest): string {
  const path = new URL(url).pathname.replace(/\/+$/, '');
  const service = serviceOf(path);
  if (service === 'arm') return `${method} ${actionOf(method, path) ?? service}`;
  if (service === 'keyVault') return `${method} ${vaultAction(method, path)}`;
  const isStored = service === 'blobs' || service === 'tables';
  return `${method} ${service}${isStored ? plain(path.replace(/^\/[a-z]+/, '')).replace(/\d{13}-(?=<)/, '') : ''}`;
}

/**
 * Where a disturbance is an answer, which whoever asked is told:
 *
 * - a token endpoint that refuses the app says that the app may not sign in;
 * - a ticket system that refuses the app's credential, or does not have the ticket, says so of this ticket.
 */
export function isAnAnswer(fault: Disturbance, service: Service): boolean {
  if (service === 'identity') return fault === '401' || fault === '409';
  const isTicketSystem = service === 'serviceNow' || service === 'jira' || service === 'receiver';
  return isTicketSystem && (fault === '401' || fault === '404' || fault === '409');
}

/** A refusal in the shape of the service. */
export function refusalOf(
  service: Service,
  { status, code: given, retryAfterSeconds }: Effect & { kind: 'respond' },
): WireResponse {
  const [standard, message] = standardError(status);
  const isStored = service === 'blobs' || service === 'tables';
  const code = isStored && status === 401 ? 'InvalidAuthenticationInfo' : (given ?? standard);
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
  // Storage that says itself that something is missing is right: it is strongly consistent. This comes from the way.
  if (isStored && status === 404)
    return { status, headers: { ...headers, 'Content-Type': 'text/html' }, body: 'Not Found' };
  switch (service) {
    case 'identity':
      return json(status, { error: code, error_description: message }, headers);
    case 'serviceNow':
      return json(status, { error: { message, detail: code }, status: 'failure' }, headers);
    case 'jira':
      return json(status, { errorMessages: [message], errors: {} }, headers);
    case 'blobs':
      return {
        status,
        headers: { ...headers, 'Content-Type': 'application/xml', 'x-ms-error-code': code },
        body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      };
    case 'tables':
      return json(status, { 'odata.error': { code, message: { lang: 'en-US', value: message } } }, headers);
    default:
      return json(status, { error: { code, message } }, headers);
  }
}
