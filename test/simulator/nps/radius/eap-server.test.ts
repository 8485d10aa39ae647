import { describe, expect, it } from 'vitest';
import {
  attribute,
  attributeType,
  firstValue,
  type RadiusAttribute,
} from '../../../../shared/nps/radius/packet.ts';
import {
  eapAttributes,
  eapCode,
  eapOf,
  eapType,
  mschapData,
  mschapOperation,
} from '../../../../simulator/nps/radius/eap.ts';
import { type EapStep, eapServer } from '../../../../simulator/nps/radius/eap-server.ts';
import { ntResponse } from '../../../../simulator/nps/radius/mschap.ts';

const password = 'clientPass';
const empty = { code: 1, identifier: 0, authenticator: Buffer.alloc(16), attributes: [] };

/** A server with its own time, and a peer that answers its last challenge. */
function conversation() {
  let time = 0;
  let drawn = 0;
  const server = eapServer(
    () => 'NPS-01',
    (size) => Buffer.alloc(size, ++drawn),
    () => time,
  );
  const packet = (attributes: readonly RadiusAttribute[]) => ({ ...empty, attributes });
  const send = (identifier: number, type: number, data: Buffer, state?: Buffer): EapStep => {
    const eap = eapAttributes({ code: eapCode.response, identifier, type, data });
    return server.step(packet(state ? [...eap, attribute(attributeType.state, state)] : eap), () => password);
  };
  const begun = send(0, eapType.identity, Buffer.from('User'));
  if (begun.kind !== 'challenge') throw new Error('no challenge');
  const challenge = packet(begun.attributes);
  const { identifier, data } = eapOf(challenge) ?? { identifier: 0, data: Buffer.alloc(0) };
  const state = firstValue(challenge, attributeType.state) ?? Buffer.alloc(0);
  const peerChallenge = Buffer.alloc(16, 7);
  const proof = ntResponse(
    { userName: 'User', authenticatorChallenge: data.subarray(5, 21), peerChallenge },
    password,
  );
  const value = Buffer.concat([
    Buffer.of(49),
    peerChallenge,
    Buffer.alloc(8),
    proof,
    Buffer.of(0),
    Buffer.from('User'),
  ]);
  return {
    wait: (milliseconds: number) => {
      time += milliseconds;
    },
    answer: (wish: { identifier?: number; state?: Buffer } = {}) =>
      send(
        wish.identifier ?? identifier,
        eapType.mschapv2,
        mschapData(mschapOperation.response, identifier, value),
        wish.state ?? state,
      ),
    acknowledge: (identifierNow = identifier) =>
      send(identifierNow, eapType.mschapv2, Buffer.of(mschapOperation.success), state),
    identifier,
    /** RFC 3579, 2.1: an EAP-Message without content. */
    start: () => server.step(packet([attribute(attributeType.eapMessage, Buffer.alloc(0))]), () => password),
  };
}

describe('the server end of EAP-MSCHAPv2', () => {
  it('authenticates a peer that proves the password and acknowledges', () => {
    const { answer, acknowledge, identifier } = conversation();
    expect(answer().kind).toBe('challenge');
    expect(acknowledge(identifier + 1)).toMatchObject({ kind: 'authenticated', userName: 'User' });
  });

  it('asks who it is when the gateway begins with EAP-Start', () => {
    const asked = conversation().start();
    expect(asked.kind).toBe('challenge');
    const request =
      asked.kind === 'challenge' ? eapOf({ ...empty, attributes: asked.attributes }) : undefined;
    expect(request).toMatchObject({ code: eapCode.request, type: eapType.identity });
  });

  it('does not take an acknowledgement for a proof', () => {
    expect(conversation().acknowledge()).toMatchObject({ kind: 'refused', reason: 16 });
  });

  it('does not authenticate twice from one conversation', () => {
    const { answer, acknowledge, identifier } = conversation();
    answer();
    acknowledge(identifier + 1);
    expect(acknowledge(identifier + 1).kind).toBe('stray');
  });

  it('drops an answer to an older request, and one of no conversation', () => {
    const { answer, identifier } = conversation();
    expect(answer({ identifier: identifier + 1 }).kind).toBe('stray');
    expect(answer({ state: Buffer.alloc(16, 99) }).kind).toBe('stray');
  });

  it('ends a conversation after three minutes', () => {
    const late = conversation();
    late.wait(180_001);
    expect(late.answer().kind).toBe('stray');
    const inTime = conversation();
    inTime.wait(179_999);
    expect(inTime.answer().kind).toBe('challenge');
  });
});

it('an EAP packet that is longer than an attribute comes in several, and is put together again', () => {
  const packet = {
    code: eapCode.response,
    identifier: 9,
    type: eapType.identity,
    data: Buffer.alloc(600, 'x'),
  };
  const attributes = eapAttributes(packet);
  expect(attributes.map(({ type, value }) => [type, value.length])).toEqual([
    [attributeType.eapMessage, 253],
    [attributeType.eapMessage, 253],
    [attributeType.eapMessage, 99],
  ]);
  expect(eapOf({ code: 1, identifier: 0, authenticator: Buffer.alloc(16), attributes })).toEqual(packet);
});
