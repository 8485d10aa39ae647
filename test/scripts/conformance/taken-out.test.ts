import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { takenOut, standIn } = (await import('../../../scripts/conformance/taken-out.mjs' as string)) as {
  standIn: string;
  takenOut: () => {
    know: (value: unknown, instead?: string) => void;
    clean: <T>(value: T) => T;
  };
};

const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64');

/** Every way in which a secret may stand in an answer, wherever it stands. */
const shapes: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'inside a sentence': (secret) => `The value "${secret}" is refused.`,
  'in base64': (secret) => base64(secret),
  'in base64 of more': (secret) => base64(`{"desired":1,"secret":"${secret}"}`),
  'in base64 of base64': (secret) => base64(`x=${base64(secret)}`),
  'in base64 of UTF-16': (secret) => base64(`a${secret}`, 'utf16le'),
  'in base64 after a path': (secret) => `/jobs/a/${base64(`{"${secret}"}`)}/b`,
  'in base64url': (secret) => Buffer.from(`--${secret}`).toString('base64url'),
  'in an address': (secret) => `https://example.com/a?b=${encodeURIComponent(secret)}&api-version=1`,
  'in JSON in a text': (secret) => JSON.stringify({ a: { b: secret } }),
  'in XML': (secret) =>
    `<a>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</a>`,
  'in hexadecimal': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
};
/** A secret as people and machines make them. */
const secrets = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
  minLength: 8,
  maxLength: 40,
});

/** Undoes what an encoding may hide. */
function holds(text: string, secret: string): boolean {
  const read = [
    text,
    decoded(text),
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  ];
  const inner = [...text.matchAll(/[\w+/-]{8,}={0,2}/g)].flatMap(([run]) => [
    Buffer.from(run, 'base64').toString('utf8'),
    Buffer.from(run, 'base64').toString('utf16le'),
    Buffer.from(run, 'hex').toString('utf8'),
  ]);
  return [
    ...read,
    ...inner,
    ...inner.flatMap((one) =>
      [...one.matchAll(/[\w+/-]{8,}={0,2}/g)].map(([run]) => Buffer.from(run, 'base64').toString('utf8')),
    ),
  ].some((one) => one.includes(secret) || one.includes(JSON.stringify(secret).slice(1, -1)));
}
const decoded = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

describe('what is recorded holds no secret', () => {
  it.each(Object.entries(shapes))('%s, once it is known', (_, shape) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const { know, clean } = takenOut();
        know(secret);
        const recorded = clean({ a: [{ [`b ${shape(secret)}`]: 1, text: shape(secret) }] });
        expect(holds(JSON.stringify(recorded), secret)).toBe(false);
        for (const [name] of Object.entries(recorded.a[0]!)) expect(holds(name, secret)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    'radiusServerSecret',
    'sharedKey',
    'SharedSecret',
    'adminPassword',
    'accountSasToken',
    'keys',
    'connectionString',
    'primaryKey',
  ])('under the name %s, and then wherever that value stands, also before', (name) => {
    const secret = 'x7!Qm-Za.09';
    for (const owner of [{ [name]: secret }, { [name]: [{ value: secret }] }, { name, value: secret }]) {
      const { clean } = takenOut();
      const recorded = JSON.stringify(clean([{ earlier: `it was ${secret}` }, { properties: owner }]));
      expect(recorded).not.toContain(secret);
      expect(recorded).toContain(standIn);
    }
  });

  it.each([
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
    'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4==;EndpointSuffix=x',
    'sv=2021-12-02&sp=p&sig=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4',
    'https://management.azure.com/operations/1?api-version=1&t=638&c=Zm9vYmFyYmF6cXV4&s=YmF6cXV4Zm9v&h=Zm9vYmFyYmF6',
    '-----BEGIN RSA PRIVATE KEY-----\nZm9vYmFyYmF6cXV4\n-----END RSA PRIVATE KEY-----',
    `key: ${'Zm9vYmFyYmF6cXV4'.repeat(6).slice(0, 86)}==`,
  ])('by its look: %s', (text) => {
    expect(JSON.stringify(takenOut().clean({ message: text }))).not.toMatch(/Zm9vYmFy|eyJhbGci|YmF6cXV4/);
  });

  it('leaves the rest as it was, and what it puts in place can be sent to Azure as a secret', () => {
    const { know, clean } = takenOut();
    know('12345678-1111-4222-8333-123456789abc', '00000000-0000-0000-0000-000000000000');
    const body = {
      id: '/subscriptions/12345678-1111-4222-8333-123456789ABC/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw',
      etag: 'W/"12345678-1111-4222-8333-aaaaaaaaaaaa"',
      message: 'Gateway of SKU Basic supports neither RADIUS authentication nor IKEv2. Bearer of bad news.',
      properties: {
        provisioningState: 'Succeeded',
        radiusServerSecret: '',
        enabled: true,
        count: 3,
        keyToSign: 'key1',
      },
      authorization: { scope: '/subscriptions/1', action: 'Microsoft.Network/virtualNetworks/write' },
    };
    expect(clean(body)).toEqual({
      ...body,
      id: body.id.replace('12345678-1111-4222-8333-123456789ABC', '00000000-0000-0000-0000-000000000000'),
    });
    expect(standIn).toMatch(/^[\x20-\x7e]{1,128}$/);
  });
});
