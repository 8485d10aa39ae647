import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureOf, verifyWebhook } from '../../../../shared/deployment/tickets/signature.ts';

const secret = 'a shared secret';
const now = new Date('2026-03-02T09:00:00Z');
const seconds = now.getTime() / 1000;

function signed(body: string, at = seconds, key = secret) {
  return new Headers({
    'X-VpnRadius-Timestamp': String(at),
    'X-VpnRadius-Signature': signatureOf(key, String(at), body),
  });
}

function hub(body: string, key = secret) {
  return new Headers({ 'X-Hub-Signature': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` });
}

describe('an inbound webhook', () => {
  const body = '{"number":"RITM0010001","text":"Zürich"}';
  const check = (headers: Headers, raw: string | Uint8Array = body) =>
    verifyWebhook(headers, raw, { system: 'servicenow', secret, now });

  it('is taken with a signature over timestamp and body', () => {
    expect(check(signed(body))).toBeUndefined();
    expect(check(signed(body), Buffer.from(body))).toBeUndefined();
  });

  it.each([
    ['base64, as GlideCertificateEncryption.generateMac writes it', 'base64', ''],
    ['base64 behind v1=', 'base64', 'v1='],
    ['hexadecimal without v1=', 'hex', ''],
  ] as const)('is taken with a signature in %s', (_, encoding, prefix) => {
    const mac = (key: string) => createHmac('sha256', key).update(`${seconds}.${body}`).digest(encoding);
    const headers = (signature: string) =>
      new Headers({ 'X-VpnRadius-Timestamp': String(seconds), 'X-VpnRadius-Signature': prefix + signature });
    expect(check(headers(mac(secret)))).toBeUndefined();
    expect(check(headers(mac('other')))?.target).toBe('X-VpnRadius-Signature');
    expect(check(headers(mac(secret).slice(0, 20)))?.target).toBe('X-VpnRadius-Signature');
  });

  it.each([
    ['something behind it', (mac: string) => `${mac}00`],
    ['a word behind it', (mac: string) => `${mac}v1=`],
    ['something before it', (mac: string) => `x${mac}`],
  ])('is refused with a signature that has %s', (_, changed) => {
    const mac = signatureOf(secret, String(seconds), body).slice('v1='.length);
    const headers = new Headers({
      'X-VpnRadius-Timestamp': String(seconds),
      'X-VpnRadius-Signature': changed(mac),
    });
    expect(check(headers)).toEqual({
      code: 'WebhookNotAuthenticated',
      message: 'X-VpnRadius-Signature does not match the timestamp, the body and the secret.',
      target: 'X-VpnRadius-Signature',
    });
  });

  it.each(['x', '-', ' 1e3 ', `${seconds}x`, `x${seconds}`, '1772442000.5', '1'.repeat(13)])(
    'is refused when it is signed at "%s", which is no time: such a signature would never end',
    (timestamp) => {
      const headers = {
        get: (name: string) =>
          ({
            'X-VpnRadius-Timestamp': timestamp,
            'X-VpnRadius-Signature': signatureOf(secret, timestamp, body),
          })[name] ?? null,
      };
      expect(check(headers as Headers)?.message).toBe(
        'X-VpnRadius-Timestamp must give the seconds since 1970 in UTC.',
      );
    },
  );

  it('says what is missing, and what to do', () => {
    expect(check(new Headers())?.message).toBe(
      'X-VpnRadius-Signature and X-VpnRadius-Token are missing: one of them must prove who sends the webhook.',
    );
    expect(check(new Headers({ 'X-VpnRadius-Token': 'x' }))?.message).toBe(
      'X-VpnRadius-Token is not the secret.',
    );
    expect(check(signed(body, seconds - 301))?.message).toBe(
      'X-VpnRadius-Timestamp is more than five minutes away from now.',
    );
  });

  it('is taken with the secret itself in a header', () => {
    expect(check(new Headers({ 'x-vpnradius-token': secret }))).toBeUndefined();
    expect(check(new Headers({ 'x-vpnradius-token': `${secret}x` }))?.target).toBe('X-VpnRadius-Token');
  });

  it('needs no proof when no secret is configured', () => {
    expect(
      verifyWebhook(new Headers(), body, { system: 'servicenow', secret: undefined, now }),
    ).toBeUndefined();
  });

  it.each([
    ['nothing', new Headers(), 'X-VpnRadius-Signature'],
    ['another body', signed(`${body} `), 'X-VpnRadius-Signature'],
    ['another key', signed(body, seconds, 'other'), 'X-VpnRadius-Signature'],
    [
      'no timestamp',
      new Headers({ 'X-VpnRadius-Signature': signatureOf(secret, '', body) }),
      'X-VpnRadius-Timestamp',
    ],
    ['an old timestamp', signed(body, seconds - 301), 'X-VpnRadius-Timestamp'],
    ['a timestamp to come', signed(body, seconds + 301), 'X-VpnRadius-Timestamp'],
    ['a signature of Jira’s kind', hub(body), 'X-VpnRadius-Signature'],
    [
      'an empty signature',
      new Headers({ 'X-VpnRadius-Signature': '', 'X-VpnRadius-Token': secret }),
      'X-VpnRadius-Timestamp',
    ],
  ])('is refused with %s', (_, headers, target) => {
    const problem = check(headers);
    expect(problem).toMatchObject({ code: 'WebhookNotAuthenticated', target });
    expect(JSON.stringify(problem)).not.toContain(secret);
  });

  it('is still good when five minutes are over, before and after', () => {
    expect(check(signed(body, seconds - 300))).toBeUndefined();
    expect(check(signed(body, seconds + 300))).toBeUndefined();
  });
});

describe('a webhook of Jira', () => {
  const check = (headers: Headers, raw: string) =>
    verifyWebhook(headers, raw, { system: 'jira', secret, now });
  const event = (at: number) => JSON.stringify({ timestamp: at * 1000, webhookEvent: 'jira:issue_created' });

  it('is taken with Jira’s own signature, half an hour late too: Jira repeats what it could not deliver', () => {
    const late = event(seconds - 30 * 60);
    expect(check(hub(late), late)).toBeUndefined();
  });

  it('is refused when it is replayed later, was changed, or tells no time', () => {
    const replayed = event(seconds - 3601);
    expect(check(hub(replayed), replayed)).toEqual({
      code: 'WebhookNotAuthenticated',
      message: 'timestamp of the event is more than an hour away from now.',
      target: 'timestamp',
    });
    expect(check(hub(event(seconds)), event(seconds + 1))?.target).toBe('X-Hub-Signature');
    for (const raw of ['{}', 'null', 'no JSON', '{"timestamp":"1772442000000"}'])
      expect(check(hub(raw), raw)).toEqual({
        code: 'WebhookNotAuthenticated',
        message: 'timestamp is missing in the body of the event.',
        target: 'timestamp',
      });
    expect(check(new Headers(), event(seconds))?.message).toBe(
      'X-Hub-Signature is missing: give the webhook in Jira the secret that this app knows.',
    );
    expect(check(hub('{}', 'other'), '{}')?.message).toBe(
      'X-Hub-Signature does not match the body and the secret.',
    );
  });

  it('is still good when an hour is over', () => {
    const late = event(seconds - 3600);
    expect(check(hub(late), late)).toBeUndefined();
  });
});
