import { describe, expect, it } from 'vitest';
import { redacted, redactedIn, withoutQueries } from '../../../shared/core/redacted.ts';

const secret = `p"a'ss\\w0rd &<>/é`;

describe('the secret is taken out, however it is written', () => {
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify(secret)],
    ['in JSON of Windows PowerShell', `p\\"a\\u0027ss\\\\w0rd \\u0026\\u003c\\u003e/é`],
    ['in XML', `p&quot;a'ss\\w0rd &amp;&lt;&gt;/é`],
    ['in a PowerShell string', secret.replaceAll("'", "''")],
    ['in a URL', encodeURIComponent(secret)],
    [
      'in a URL of small letters',
      encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
    ],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
    ['in base64 of UTF-16', Buffer.from(secret, 'utf16le').toString('base64')],
  ])('%s', (_, written) => {
    expect(redacted(`netsh said: ${written}.`, [secret])).toMatch(/^netsh said: "?\[secret\]"?\.$/);
  });

  it('within a longer text that is written as JSON', () => {
    const quoted = `q"uo'ted\\`;
    expect(redacted(JSON.stringify({ message: `said ${quoted} twice: ${quoted}.` }), [quoted])).toBe(
      '{"message":"said [secret] twice: [secret]."}',
    );
  });

  it('a longer secret before one that it holds, and a text that is no longer than the secret', () => {
    expect(redacted('ab and abc', ['ab', 'abc'])).toBe('[secret] and [secret]');
    expect(redacted('abc', ['abc'])).toBe('[secret]');
    expect(redacted('ab', ['abc'])).toBe('ab');
  });

  it('an empty secret takes nothing out', () => expect(redacted('abc', [''])).toBe('abc'));

  it('in every text of a value, however deep', () => {
    const value = { error: { message: `x ${secret}`, at: null }, changes: [secret, 1], ok: true };
    expect(redactedIn(value, [secret])).toEqual({
      error: { message: 'x [secret]', at: null },
      changes: ['[secret]', 1],
      ok: true,
    });
  });
});

describe('the query of a URL is taken out', () => {
  it.each([
    ['GET HTTPS://a.example/x?sig=1&b=2, then', 'GET HTTPS://a.example/x?[redacted] then'],
    [
      '<https://a.example/x?sig=1> and "http://b.example?c"',
      '<https://a.example/x?[redacted]> and "http://b.example?[redacted]"',
    ],
    ['https://a.example/r?to=https://b.example/?sig=2 end', 'https://a.example/r?[redacted] end'],
    ['https://a.example/\u00a0? is no query', 'https://a.example/\u00a0? is no query'],
    ['http:/x?y https//x?y shttp://x?y', 'http:/x?y https//x?y shttp://x?[redacted]'],
    ['sftp://a.example/x?y is no such URL', 'sftp://a.example/x?y is no such URL'],
    [
      "'https://a.example/x?sig=1', https://b.example?c<br>",
      "'https://a.example/x?[redacted]', https://b.example?[redacted]<br>",
    ],
    ['https://a.example/x?name=gr\u00fcn&sig=1 end', 'https://a.example/x?[redacted] end'],
  ])('%s', (text, told) => expect(redacted(text)).toBe(told));
});

describe('a long text of near matches is walked through once', () => {
  it.each([
    ['addresses without a query', 'http://'],
    ['beginnings of addresses', 'https:/'],
    ['addresses with queries and no end', 'https://a.example/x?'],
    ['question marks', '? ?'],
  ])('%s', (_, piece) => {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    let steps = 0;
    withoutQueries({
      length: text.length,
      charCodeAt: (at) => {
        steps += 1;
        return text.charCodeAt(at);
      },
      slice: (from, to) => text.slice(from, to),
    });
    expect(steps).toBeLessThan(10 * text.length);
  });
});
