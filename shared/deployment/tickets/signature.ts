import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Problem } from '../../core/errors.ts';

/** A signature of `X-VpnRadius-Signature` is accepted this many seconds before and after its timestamp. */
const signatureLifetime = 5 * 60;

/**
 * Jira repeats a delivery for about half an hour with the timestamp of the event (Atlassian, "Webhooks", retry policy).
 */
const jiraLifetime = 60 * 60;

/** `v1=` and the hexadecimal HMAC-SHA256 of `<timestamp>.<body>`. The timestamp is in seconds since 1970. */
export function signatureOf(key: string, timestamp: string, body: string | Uint8Array): string {
  return `v1=${createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex')}`;
}

export interface WebhookAuthenticity {
  readonly system: 'servicenow' | 'jira' | 'webhook';
  /** The value of the secret. Undefined when none is configured: then only the function key guards the route. */
  readonly secret: string | undefined;
  readonly now: Date;
}

/**
 * What is wrong with the authenticity of an inbound webhook: the problem of a 401, or undefined. From any system it
 * accepts `X-VpnRadius-Timestamp` with `X-VpnRadius-Signature` (see `signatureOf`), or the secret itself in
 * `X-VpnRadius-Token`. From Jira it also accepts its own `X-Hub-Signature: sha256=…` over the body. `rawBody` must be
 * the bytes that came, not parsed and written again.
 */
export function verifyWebhook(
  headers: Pick<Headers, 'get'>,
  rawBody: string | Uint8Array,
  { system, secret, now }: WebhookAuthenticity,
): Problem | undefined {
  if (secret === undefined) return undefined;
  const seconds = now.getTime() / 1000;
  const given = (name: string) => headers.get(name) ?? undefined;

  const hub = system === 'jira' ? given('X-Hub-Signature') : undefined;
  if (hub !== undefined) {
    const expected = `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`;
    if (!isSameText(hub, expected))
      return notAuthenticated('X-Hub-Signature', 'does not match the body and the secret');
    const at = jiraTimestamp(rawBody);
    if (at === undefined) return notAuthenticated('timestamp', 'is missing in the body of the event');
    return Math.abs(seconds - at) > jiraLifetime
      ? notAuthenticated('timestamp', 'of the event is more than an hour away from now')
      : undefined;
  }

  const signature = given('X-VpnRadius-Signature');
  if (signature !== undefined) {
    const timestamp = given('X-VpnRadius-Timestamp') ?? '';
    if (!/^\d{1,12}$/.test(timestamp)) {
      return notAuthenticated('X-VpnRadius-Timestamp', 'must give the seconds since 1970 in UTC');
    }
    if (!isSameText(inHex(signature), signatureOf(secret, timestamp, rawBody))) {
      return notAuthenticated(
        'X-VpnRadius-Signature',
        'does not match the timestamp, the body and the secret',
      );
    }
    return Math.abs(seconds - Number(timestamp)) > signatureLifetime
      ? notAuthenticated('X-VpnRadius-Timestamp', 'is more than five minutes away from now')
      : undefined;
  }

  const token = given('X-VpnRadius-Token');
  if (token !== undefined) {
    return isSameText(token, secret) ? undefined : notAuthenticated('X-VpnRadius-Token', 'is not the secret');
  }
  return system === 'jira'
    ? notAuthenticated(
        'X-Hub-Signature',
        'is missing: give the webhook in Jira the secret that this app knows',
      )
    : notAuthenticated(
        'X-VpnRadius-Signature',
        'and X-VpnRadius-Token are missing: one of them must prove who sends the webhook',
      );
}

/** ServiceNow's `GlideCertificateEncryption.generateMac` writes base64. Both forms may come without `v1=`. */
function inHex(signature: string): string {
  const mac = signature.replace(/^v1=/, '');
  const bytes = /^[0-9a-f]{64}$/i.test(mac) ? Buffer.from(mac, 'hex') : Buffer.from(mac, 'base64');
  return `v1=${bytes.toString('hex')}`;
}

function notAuthenticated(target: string, what: string): Problem {
  return { code: 'WebhookNotAuthenticated', message: `${target} ${what}.`, target };
}

/** In constant time. The digests of both are compared, so that not even the length of the secret shows. */
function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Jira's `timestamp` is in milliseconds. It is read only after the signature over the body has been verified. */
function jiraTimestamp(rawBody: string | Uint8Array): number | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(rawBody).toString('utf8'));
    const timestamp = (body as { timestamp?: unknown } | null)?.timestamp;
    return typeof timestamp === 'number' ? timestamp / 1000 : undefined;
  } catch {
    return undefined;
  }
}
