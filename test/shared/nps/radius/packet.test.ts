import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  encodeRequest,
  encodeResponse,
  requestSignature,
  responseIsAuthentic,
} from '../../../../shared/nps/radius/authenticator.ts';
import {
  attribute,
  attributeType,
  decodePacket,
  encodePacket,
  firstValue,
  packetCode,
} from '../../../../shared/nps/radius/packet.ts';
import { hidePassword, revealPassword } from '../../../../shared/nps/radius/user-password.ts';

/** The example of RFC 2865, 7.1: nemo signs in with "arctangent" under the secret "xyzzy5461". */
const rfc = {
  secret: 'xyzzy5461',
  request: Buffer.from(
    '010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003',
    'hex',
  ),
  accept: Buffer.from('0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103', 'hex'),
};

const secret = 'shared-secret';
const authenticator = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const request = { identifier: 7, authenticator, attributes: [attribute(attributeType.userName, 'ada')] };

/** A packet of so many octets, with attributes of 255 octets and one for the rest. */
function ofLength(length: number) {
  const rest = length - 20 - 15 * 255;
  const attributes = [...Array.from({ length: 15 }, () => 253), rest - 2].map((octets) =>
    attribute(attributeType.replyMessage, 'x'.repeat(octets)),
  );
  return { code: packetCode.accessReject, identifier: 7, authenticator, attributes };
}

describe('RADIUS packets', () => {
  it('reads the example of RFC 2865', () => {
    const packet = decodePacket(rfc.request);
    expect(packet.code).toBe(packetCode.accessRequest);
    expect(firstValue(packet, attributeType.userName)?.toString()).toBe('nemo');
    const hidden = firstValue(packet, attributeType.userPassword) ?? Buffer.alloc(0);
    expect(revealPassword(hidden, packet.authenticator, rfc.secret)).toBe('arctangent');
    expect(hidePassword('arctangent', packet.authenticator, rfc.secret)).toEqual(hidden);
    expect(encodeRequest(packet, rfc.secret, false)).toEqual(rfc.request);
  });

  it('believes the answer of the example, but neither a changed one nor another secret', () => {
    const asked = decodePacket(rfc.request);
    expect(responseIsAuthentic(rfc.accept, asked, rfc.secret)).toBe(true);
    expect(responseIsAuthentic(rfc.accept, asked, 'xyzzy5462')).toBe(false);
    const rejected = Buffer.from(rfc.accept);
    rejected[0] = packetCode.accessReject;
    expect(responseIsAuthentic(rejected, asked, rfc.secret)).toBe(false);
  });

  it('signs requests and answers, signature first', () => {
    const datagram = encodeRequest(request, secret);
    expect(datagram[20]).toBe(attributeType.messageAuthenticator);
    expect(requestSignature(datagram, secret)).toBe('valid');
    expect(requestSignature(datagram, 'another')).toBe('invalid');
    expect(requestSignature(encodeRequest(request, secret, false), secret)).toBe('absent');

    const answer = encodeResponse(packetCode.accessReject, request, [], secret);
    expect(answer[20]).toBe(attributeType.messageAuthenticator);
    expect(responseIsAuthentic(answer, request, secret)).toBe(true);
    expect(responseIsAuthentic(answer, { authenticator: Buffer.alloc(16) }, secret)).toBe(false);
  });

  it('does not believe an answer whose signature is wrong though its authenticator is right', () => {
    const answer = encodeResponse(
      packetCode.accessAccept,
      request,
      [attribute(attributeType.replyMessage, 'x')],
      secret,
    );
    const forged = decodePacket(answer).attributes.map(({ type, value }) =>
      attribute(type, type === attributeType.messageAuthenticator ? Buffer.alloc(16, 1) : value),
    );
    // The second encoding adds a right signature before the forged one: two signatures are as bad as a wrong one.
    const twice = encodeResponse(packetCode.accessAccept, request, forged, secret);
    expect(responseIsAuthentic(twice, request, secret)).toBe(false);
  });

  it('believes a signature that is not the first attribute, as other devices send it', () => {
    const zeroed = attribute(attributeType.messageAuthenticator, Buffer.alloc(16));
    const datagram = encodeRequest(
      { ...request, attributes: [...request.attributes, zeroed] },
      secret,
      false,
    );
    const at = datagram.length - 16;
    createHmac('md5', secret).update(datagram).digest().copy(datagram, at);
    expect(requestSignature(datagram, secret)).toBe('valid');
    expect(requestSignature(datagram, 'another')).toBe('invalid');
  });

  it('does not believe a signature that is too short', () => {
    const short = attribute(attributeType.messageAuthenticator, Buffer.alloc(15));
    const datagram = encodeRequest({ ...request, attributes: [short] }, secret, false);
    expect(requestSignature(datagram, secret)).toBe('invalid');
  });

  it('reads an empty packet, an empty attribute and the longest packet', () => {
    const none = Buffer.from(`01010014${'00'.repeat(16)}`, 'hex');
    expect(firstValue(decodePacket(none), attributeType.userName)).toBeUndefined();
    const empty = Buffer.from(`01010016${'00'.repeat(16)}0102`, 'hex');
    expect(decodePacket(empty).attributes).toEqual([{ type: 1, value: Buffer.alloc(0) }]);
    const longest = encodePacket(ofLength(4096));
    expect(longest.length).toBe(4096);
    expect(encodePacket(decodePacket(longest))).toEqual(longest);
  });

  it.each([
    ['three octets', Buffer.alloc(3)],
    ['a packet of more than 4096 octets', Buffer.concat([Buffer.of(1, 1, 0x10, 1), Buffer.alloc(4093, 2)])],
    ['a short datagram', Buffer.alloc(19)],
    ['a length of less than a header', Buffer.from(`01010013${'00'.repeat(16)}`, 'hex')],
    ['a length beyond the datagram', Buffer.from(`01010020${'00'.repeat(16)}`, 'hex')],
    ['an attribute beyond the packet', Buffer.from(`01010018${'00'.repeat(16)}0105aabb`, 'hex')],
    ['an attribute of one octet', Buffer.from(`01010016${'00'.repeat(16)}0101`, 'hex')],
    ['half an attribute', Buffer.from(`01010015${'00'.repeat(16)}01`, 'hex')],
  ])('refuses %s', (_title, datagram) => {
    expect(() => decodePacket(datagram)).toThrow(
      /^(A RADIUS packet has 20 to 4096 octets, .* This one has \d+\.|A RADIUS attribute at octet 20 is longer than the rest of its packet\.)$/,
    );
  });

  it('ignores octets after the packet, as padding', () => {
    const padded = Buffer.concat([rfc.request, Buffer.from('padding')]);
    expect(decodePacket(padded)).toEqual(decodePacket(rfc.request));
    const answer = Buffer.concat([rfc.accept, Buffer.alloc(3)]);
    expect(responseIsAuthentic(answer, decodePacket(rfc.request), rfc.secret)).toBe(true);
  });

  it.each([
    '',
    'a',
    'sixteen octets!!',
    'seventeen octets!',
    'pässwörter, 30 and more octets',
    'x'.repeat(128),
  ])('hides and reveals the password %j', (password) => {
    const hidden = hidePassword(password, authenticator, secret);
    expect(hidden.length % 16).toBe(0);
    expect(revealPassword(hidden, authenticator, secret)).toBe(password);
    if (password) expect(revealPassword(hidden, authenticator, 'another')).not.toBe(password);
  });

  it('does not cut what does not fit', () => {
    expect(() => hidePassword('x'.repeat(129), authenticator, secret)).toThrow(
      'A RADIUS password has at most 128 octets.',
    );
    const long = { ...request, attributes: [attribute(attributeType.userName, 'x'.repeat(254))] };
    expect(() => encodeRequest(long, secret)).toThrow(
      'RADIUS attribute 1 has 254 octets, but at most 253 are allowed.',
    );
    expect(() => encodePacket(ofLength(4097))).toThrow(
      'A RADIUS packet would have 4097 octets, but at most 4096 are allowed.',
    );
  });

  it.each([0, 15, 17, 144])('reveals no password of %i octets', (length) => {
    expect(revealPassword(Buffer.alloc(length), authenticator, secret)).toBeUndefined();
  });
});

/** The part of the package `radius` that is used here. The package has no types. */
interface RadiusPackage {
  encode(packet: { code: string; identifier: number; secret: string; attributes: object }): Buffer;
  encode_response(answer: { packet: object; code: string; secret: string }): Buffer;
  decode(packet: { packet: Buffer; secret: string }): { attributes: Record<string, unknown> };
  verify_response(answer: { request: Buffer; response: Buffer; secret: string }): boolean;
}
const radius = createRequire(import.meta.url)('radius') as RadiusPackage;

describe('RADIUS packets and the package radius understand each other', () => {
  it('when it asks', () => {
    const datagram = radius.encode({
      code: 'Access-Request',
      identifier: 9,
      secret,
      attributes: [
        ['User-Name', 'ada'],
        ['User-Password', 'a password of more than sixteen octets'],
      ],
    });
    const packet = decodePacket(datagram);
    const hidden = firstValue(packet, attributeType.userPassword) ?? Buffer.alloc(0);
    expect(revealPassword(hidden, packet.authenticator, secret)).toBe(
      'a password of more than sixteen octets',
    );
    const answer = encodeResponse(packetCode.accessAccept, packet, [], secret);
    expect(radius.verify_response({ request: datagram, response: answer, secret })).toBe(true);
  });

  it('when it answers', () => {
    const hidden = attribute(attributeType.userPassword, hidePassword('pässword', authenticator, secret));
    const datagram = encodeRequest({ ...request, attributes: [...request.attributes, hidden] }, secret);
    const packet = radius.decode({ packet: datagram, secret });
    expect(packet.attributes).toMatchObject({ 'User-Name': 'ada', 'User-Password': 'pässword' });
    const answer = radius.encode_response({ packet, code: 'Access-Reject', secret });
    expect(responseIsAuthentic(answer, request, secret)).toBe(true);
    expect(decodePacket(answer).attributes.map(({ type }) => type)).toEqual([
      attributeType.messageAuthenticator,
    ]);
  });
});
