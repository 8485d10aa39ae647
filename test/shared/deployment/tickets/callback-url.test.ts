import { describe, expect, it } from 'vitest';
import {
  addressProblem,
  allowedHost,
  callbackProblem,
} from '../../../../shared/deployment/tickets/callback-url.ts';
import {
  isLoopbackAddress,
  isPublicAddress,
} from '../../../../shared/deployment/tickets/public-addresses.ts';

const allowed = [
  'tickets.example.com',
  'Hooks.Example.com:8443',
  '127.0.0.1:9443',
  '[::1]:9443',
  '10.0.0.8',
  '8.8.8.8',
  'desk.example.com?ticket&tenant',
];

describe('a callbackUrl at the door', () => {
  it.each([
    'https://tickets.example.com/hooks/vpn',
    'https://TICKETS.example.com:443/hooks',
    'https://desk.example.com/hooks?tenant=a&ticket=REQ1',
    'https://tickets.example.com/hooks?',
    'https://hooks.example.com:8443/',
    'https://127.0.0.1:9443/hooks/1',
    'https://[::1]:9443/hooks/1',
    'https://8.8.8.8/',
  ])('%s is fine', (url) => {
    expect(callbackProblem(url, allowed)).toBeUndefined();
  });

  it.each([
    ['http://tickets.example.com/', 'CallbackUrlInvalid'],
    ['not a url', 'CallbackUrlInvalid'],
    ['https://user:pw@tickets.example.com/', 'CallbackUrlHoldsSecret'],
    ...[
      ...['sig', 'code', 'key', 'client_secret', 'pwd', 'auth', 'x-functions-key', 'anything'],
      ...['%73ig', 'ticket', 'x=1&sig'],
    ].map((query): [string, string] => [
      `https://tickets.example.com/?${query}=abc`,
      'CallbackQueryNotAllowed',
    ]),
    ['https://tickets.example.com/?abcdef', 'CallbackQueryNotAllowed'],
    ['https://tickets.example.com/?&', 'CallbackQueryNotAllowed'],
    ['https://desk.example.com/?ticket=1&sig=abc', 'CallbackQueryNotAllowed'],
    ['https://desk.example.com/?Ticket=1', 'CallbackQueryNotAllowed'],
    ['https://tickets.example.com:8443/', 'CallbackHostNotAllowed'],
    ['https://hooks.example.com/', 'CallbackHostNotAllowed'],
    ['https://evil.example.net/', 'CallbackHostNotAllowed'],
    ['https://tickets.example.com.evil.net/', 'CallbackHostNotAllowed'],
    ['https://tickets.example.com@evil.net/', 'CallbackUrlHoldsSecret'],
    ['https://127.0.0.1/', 'CallbackHostNotAllowed'],
    ['https://10.0.0.8/', 'CallbackAddressNotAllowed'],
  ])('%s is refused: %s', (url, code) => {
    expect(callbackProblem(url, allowed)).toMatchObject({ code, target: 'ticket.callbackUrl' });
  });

  it('lets loopback pass only where the entry names its port', () => {
    expect(callbackProblem('https://127.0.0.1/', ['127.0.0.1'])?.code).toBe('CallbackAddressNotAllowed');
    expect(callbackProblem('https://localhost/', ['localhost'])?.code).toBe('CallbackAddressNotAllowed');
    expect(callbackProblem('https://localhost/', ['localhost:443'])).toBeUndefined();
    // Other spellings of 127.0.0.1 are the same address to a URL.
    expect(callbackProblem('https://0x7f.1/', ['127.0.0.1'])?.code).toBe('CallbackAddressNotAllowed');
  });

  it.each([
    ['http://tickets.example.com/', 'callbackUrl must be an https URL.'],
    ['https://user@tickets.example.com/', 'callbackUrl must not hold a user name or password.'],
    ['https://:pw@tickets.example.com/', 'callbackUrl must not hold a user name or password.'],
    [
      'https://evil.example.net/',
      'callbackUrl goes to evil.example.net, but CALLBACK_ALLOWED_HOSTS does not list it.',
    ],
    [
      'https://tickets.example.com:8443/',
      'callbackUrl goes to tickets.example.com:8443, but CALLBACK_ALLOWED_HOSTS does not list it with port 8443.',
    ],
    [
      `https://tickets.example.com/?sig=1&${'x'.repeat(50)}=2`,
      `callbackUrl has a query (sig, ${'x'.repeat(40)}), which would be stored in clear text. Leave it out. The receiver can verify X-VpnRadius-Signature instead. If the query contains no secret, list it in CALLBACK_ALLOWED_HOSTS after the host: tickets.example.com?name&other.`,
    ],
    [
      'https://tickets.example.com/?&',
      'callbackUrl has a query, which would be stored in clear text. Leave it out. The receiver can verify X-VpnRadius-Signature instead. If the query contains no secret, list it in CALLBACK_ALLOWED_HOSTS after the host: tickets.example.com?name&other.',
    ],
    [
      'https://10.0.0.8/',
      '10.0.0.8 is not a public address: callbacks do not go to private, link-local, multicast or reserved addresses.',
    ],
  ])('of %s says what is wrong and what to do', (url, message) => {
    expect(callbackProblem(url, allowed)?.message).toBe(message);
  });

  it('of a loopback address says how it would have to be listed', () => {
    expect(callbackProblem('https://127.0.0.1/', ['127.0.0.1'])?.message).toBe(
      '127.0.0.1 is a loopback address. CALLBACK_ALLOWED_HOSTS must list it with its port (127.0.0.1:443) to allow that.',
    );
    const url = new URL('https://desk.example.com:8443/');
    const told = addressProblem(url, ['127.0.0.1'], { mayBeLoopback: false, queryNames: [] })?.message;
    expect(told).toContain('(desk.example.com:8443)');
  });

  it('names of a query count only where an entry lists them', () => {
    const entry = (...hosts: string[]) => allowedHost(new URL('https://desk.example.com/'), hosts);
    expect(entry('desk.example.com?&ticket&')).toEqual({ mayBeLoopback: false, queryNames: ['ticket'] });
    expect(entry('desk.example.com')).toEqual({ mayBeLoopback: false, queryNames: [] });
    expect(entry('desk.example.com?a', 'DESK.example.com:443?b')).toEqual({
      mayBeLoopback: true,
      queryNames: ['a', 'b'],
    });
    expect(callbackProblem('https://desk.example.com/?=abc', ['desk.example.com?ticket&'])?.code).toBe(
      'CallbackQueryNotAllowed',
    );
  });

  it('names below localhost are loopback, and a name that only begins like it is not', () => {
    const codeOf = (host: string) => callbackProblem(`https://${host}/`, [host])?.code;
    expect(codeOf('app.localhost')).toBe('CallbackAddressNotAllowed');
    expect(codeOf('localhost.example.com')).toBeUndefined();
    expect(codeOf('[fd00::1]')).toBe('CallbackAddressNotAllowed');
    expect(codeOf('[2606:4700::1111]')).toBeUndefined();
  });

  it('one address of several that is not public is enough to refuse a name', () => {
    const url = new URL('https://desk.example.com/');
    const its = (mayBeLoopback: boolean, ...addresses: string[]) =>
      addressProblem(url, addresses, { mayBeLoopback, queryNames: [] })?.message;
    expect(its(false, '8.8.8.8', '10.0.0.8')).toContain('is not a public address');
    expect(its(false, '127.0.0.1', '8.8.8.8')).toContain('is a loopback address');
    expect(its(true, '127.0.0.1', '10.0.0.8')).toContain('loopback');
    expect(its(true, '127.0.0.1', '8.8.8.8')).toBeUndefined();
    expect(its(false, '8.8.8.8', '2606:4700::1111')).toBeUndefined();
  });

  it('quotes neither path nor query, which may hold what is nobody else’s business', () => {
    const problem = callbackProblem('https://evil.example.net/t/4711?sig=abcdef', allowed);
    expect(JSON.stringify(problem)).not.toMatch(/4711|abcdef/);
    const withQuery = callbackProblem('https://tickets.example.com/t/4711?sig=abcdef', allowed);
    expect(JSON.stringify(withQuery)).not.toMatch(/4711|abcdef/);
  });
});

describe('addresses', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255', '192.168.1.1'],
    ...['168.63.129.16', '198.18.0.1', '203.0.113.9', '224.0.0.251', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fd00:ec2::254',
      'ff02::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '64:ff9b::7f00:1',
    ],
    ...['::ffff:127.0.0.1', '::ffff:169.254.169.254', '::ffff:a00:1', '::ffff:8.8.8.8', 'not an address'],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '20.50.2.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:400a::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('knows loopback in every notation', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true);
    expect(['10.0.0.1', '::2', '128.0.0.1'].some(isLoopbackAddress)).toBe(false);
  });
});
