import { describe, expect, it } from 'vitest';
import { authenticatorResponse, ntResponse, sessionKeys } from '../../../../simulator/nps/radius/mschap.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** The example that RFC 2759 (9.2) and RFC 3079 (3.5.3) work through. */
const exchange = {
  userName: 'User',
  authenticatorChallenge: bytes('5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28'),
  peerChallenge: bytes('21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E'),
};
const password = 'clientPass';
const response = bytes('82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF');

describe('MS-CHAPv2', () => {
  it('proves the password as RFC 2759 does', () => {
    expect(ntResponse(exchange, password)).toEqual(response);
    expect(authenticatorResponse(exchange, password, response)).toBe(
      'S=407A5589115FD0D6209F510FE9C04566932CDA56',
    );
  });

  it('leaves the domain of a user out of the proof', () => {
    expect(ntResponse({ ...exchange, userName: 'CONTOSO\\User' }, password)).toEqual(response);
  });

  it('derives the session keys of RFC 3079', () => {
    const { send } = sessionKeys(password, response);
    expect(send).toEqual(bytes('8B 7C DC 14 9B 99 3A 1B A1 18 CB 15 3F 56 DC CB'));
  });
});
