import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { encodeResponse } from '../../../../shared/nps/radius/authenticator.ts';
import { decodePacket, packetCode, type RadiusPacket } from '../../../../shared/nps/radius/packet.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import {
  eapAttributes,
  eapCode,
  eapOf,
  eapType,
  mschapData,
  mschapOperation,
} from '../../../../simulator/nps/radius/eap.ts';
import { type Login, login } from '../../../../simulator/nps/radius/login.ts';
import type { RadiusServer } from '../../../../simulator/nps/radius/radius-server.ts';
import { defaultPolicyName, freshNpsServer, type NpsServerState } from '../../../../simulator/nps/state.ts';
import { closeAll, configured, first, listen, secret } from './radius-world.ts';

afterAll(closeAll);

const ikev2: Login = {
  user: 'User',
  password: 'clientPass',
  tunnel: 'IkeV2',
  gatewayAddress: '10.0.255.5',
  secret,
};
const tunnels = ['IkeV2', 'OpenVPN'] as const;
const userOf = (state: NpsServerState) => first(state.users);

describe('a sign-in to the VPN', () => {
  it('fails on a fresh NPS, and succeeds after approval once NPS is configured', async () => {
    const user = userOf(configured());
    const { radius, nps, clock, prompts } = await listen(freshNpsServer('NPS-01', { users: [user] }));
    const before = login(radius, clock, ikev2, randomBytes);
    await vi.waitFor(() => expect(radius.events).toMatchObject([{ id: 13, address: '10.0.255.5' }]));
    clock.advance(30_000);
    expect(await before).toEqual({ outcome: 'no answer', seconds: 30 });

    const desired = {
      radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/27' }],
      networkPolicy: { name: defaultPolicyName, authenticationMethods: ['EAP'] },
      mfaExtension: 'require',
    };
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const parameters = {
      Operation: 'Set',
      DesiredState: base64(JSON.stringify(desired)),
      SharedSecret: base64(secret),
    };
    expect((await nps.run({ script: '', parameters })).exitCode).toBe(0);

    expect(await login(radius, clock, ikev2, randomBytes)).toEqual({
      outcome: 'accepted',
      seconds: 8,
      reason: 0,
    });
    expect(prompts).toEqual(['User']);
    // Only IKEv2 was asked for. OpenVPN asks with PAP, which the policy does not allow.
    expect(await login(radius, clock, { ...ikev2, tunnel: 'OpenVPN' }, randomBytes)).toEqual({
      outcome: 'rejected',
      seconds: 0,
      reason: 66,
    });
  });

  it.each(tunnels)('by %s is rejected when the user denies the push', async (tunnel) => {
    const { radius, clock } = await listen(
      configured((state) => {
        userOf(state).mfa = 'deny';
      }),
    );
    const result = await login(radius, clock, { ...ikev2, tunnel }, randomBytes);
    expect(result).toEqual({ outcome: 'rejected', seconds: 8, reason: 21 });
  });

  it.each(tunnels)(
    'by %s runs out of time when the push is not answered within 30 seconds',
    async (tunnel) => {
      const { radius, clock } = await listen(
        configured((state) => {
          userOf(state).mfa = 'no answer';
        }),
      );
      expect(await login(radius, clock, { ...ikev2, tunnel }, randomBytes)).toEqual({
        outcome: 'no answer',
        seconds: 30,
      });
    },
  );

  it.each(tunnels)('by %s is rejected with a wrong password, without a push', async (tunnel) => {
    const { radius, clock, prompts } = await listen();
    const result = await login(radius, clock, { ...ikev2, tunnel, password: 'wrong' }, randomBytes);
    expect([result, prompts]).toEqual([{ outcome: 'rejected', seconds: 0, reason: 16 }, []]);
  });

  it.each(tunnels)('by %s gets no answer when gateway and NPS hold different secrets', async (tunnel) => {
    const { radius, clock } = await listen();
    const result = login(radius, clock, { ...ikev2, tunnel, secret: 'other' }, randomBytes);
    await vi.waitFor(() => expect(radius.events).toMatchObject([{ id: 14 }]));
    clock.advance(30_000);
    expect(await result).toEqual({ outcome: 'no answer', seconds: 30 });
  });

  it.each([
    ['OpenVPN', { outcome: 'asked for a code', seconds: 0 }],
    ['IkeV2', { outcome: 'rejected', seconds: 0, reason: 21 }],
  ] as const)('by %s fails while the extension asks for codes', async (tunnel, expected) => {
    const { radius, clock } = await listen(
      configured((state) => {
        userOf(state).totpRegistered = true;
        state.mfa.overrideNumberMatching = null;
      }),
    );
    expect(await login(radius, clock, { ...ikev2, tunnel }, randomBytes)).toEqual(expected);
  });

  it('knows no reason where NPS records none', async () => {
    const { radius, clock } = await listen(
      configured((state) => {
        state.audit = { success: false, failure: false };
      }),
    );
    expect(await login(radius, clock, ikev2, randomBytes)).toEqual({ outcome: 'accepted', seconds: 8 });
  });
});

describe('a sign-in to somebody who poses as NPS', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  /** Answers every request with `answer`; `asked` counts them. */
  async function impostor(answer: (request: RadiusPacket) => Buffer) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'listening');
    const asked: RadiusPacket[] = [];
    socket.on('message', (datagram, { port }) => {
      const request = decodePacket(datagram);
      asked.push(request);
      socket.send(answer(request), port, '127.0.0.1');
    });
    const server: RadiusServer = {
      port: socket.address().port,
      accountingPort: 0,
      accounting: [],
      events: [],
      pretend: () => () => {},
      async close() {},
    };
    return { server, asked };
  }

  it.each(tunnels)('by %s does not believe an Access-Accept made with another secret', async (tunnel) => {
    const clock = virtualClock(new Date());
    const { server, asked } = await impostor((request) =>
      encodeResponse(packetCode.accessAccept, request, [], 'guess'),
    );
    const result = login(server, clock, { ...ikev2, tunnel }, randomBytes);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect(await result).toEqual({ outcome: 'no answer', seconds: 30 });
  });

  it('by IKEv2 stops when the server cannot show that it knows the password', async () => {
    const clock = virtualClock(new Date());
    const challenge = mschapData(
      mschapOperation.challenge,
      1,
      Buffer.concat([Buffer.of(16), Buffer.alloc(16, 5)]),
    );
    const success = mschapData(mschapOperation.success, 1, Buffer.from(`S=${'0'.repeat(40)} M=OK`));
    const { server, asked } = await impostor((request) => {
      const data = eapOf(request)?.type === eapType.identity ? challenge : success;
      const eap = eapAttributes({ code: eapCode.request, identifier: 1, type: eapType.mschapv2, data });
      return encodeResponse(packetCode.accessChallenge, request, eap, secret);
    });
    expect(await login(server, clock, ikev2, randomBytes)).toEqual({ outcome: 'no answer', seconds: 0 });
    expect(asked).toHaveLength(2);
  });
});
