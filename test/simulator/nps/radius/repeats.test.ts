import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { encodeRequest } from '../../../../shared/nps/radius/authenticator.ts';
import { attribute, attributeType } from '../../../../shared/nps/radius/packet.ts';
import { hidePassword } from '../../../../shared/nps/radius/user-password.ts';
import { eapAttributes, eapCode, eapType } from '../../../../simulator/nps/radius/eap.ts';
import {
  integer,
  microsoftAttribute,
  microsoftType,
} from '../../../../simulator/nps/radius/microsoft-attributes.ts';
import { closeAll, configured, listen, secret } from './radius-world.ts';

afterAll(closeAll);
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

function question(identifier: number, password: string): Buffer {
  const authenticator = Buffer.alloc(16, identifier);
  const attributes = [
    attribute(attributeType.userName, 'User'),
    attribute(attributeType.userPassword, hidePassword(password, authenticator, secret)),
    microsoftAttribute(microsoftType.rasVendor, integer(311)),
  ];
  return encodeRequest({ identifier, authenticator, attributes }, secret);
}

/** A gateway's socket that keeps every answer. */
function gateway(port: number) {
  const socket = createSocket('udp4');
  sockets.push(socket);
  const answers: Buffer[] = [];
  socket.on('message', (datagram) => answers.push(datagram));
  return {
    answers,
    /** Its port, once it has one. */
    async bound() {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket.address().port;
    },
    send: (datagram: Buffer) => socket.send(datagram, port, '127.0.0.1'),
    /**
     * Sends a question that is refused at once, and waits for the refusal: then everything that was sent before has
     * been processed.
     */
    async settled() {
      socket.send(question(255, 'wrong'), port, '127.0.0.1');
      const [refusal] = (await once(socket, 'message')) as [Buffer];
      while (answers.at(-1)?.[1] !== 255) await once(socket, 'message');
      answers.pop();
      return refusal;
    },
  };
}

const discards = (events: readonly { id: number; reason?: number }[]) =>
  events.filter(({ id, reason }) => id === 6274 && reason === 9).length;

describe('a request that comes again', () => {
  it('is discarded while the user is being asked, and for ten seconds after the approval', async () => {
    const { radius, clock, prompts, prompted } = await listen(configured(), { patient: false });
    const { answers, send, settled } = gateway(radius.port);
    const request = question(1, 'clientPass');

    const asked = prompted();
    send(request);
    await asked;
    send(request);
    send(request);
    await settled();
    expect([prompts.length, discards(radius.events), answers.length]).toEqual([1, 2, 0]);

    clock.advance(8_000);
    await settled();
    expect(answers.map((answer) => answer[0])).toEqual([2]);

    clock.advance(9_000);
    send(request);
    await settled();
    expect([prompts.length, discards(radius.events), answers.length]).toEqual([1, 3, 1]);

    clock.advance(2_000);
    const again = prompted();
    send(request);
    await again;
    expect(prompts).toHaveLength(2);
  });

  it('gets the same refusal again, and is recorded once', async () => {
    const { radius } = await listen();
    const { answers, send, settled } = gateway(radius.port);
    send(question(2, 'wrong'));
    await settled();
    send(question(2, 'wrong'));
    await settled();
    expect(answers).toHaveLength(2);
    expect(answers[1]).toEqual(answers[0]);
    expect(radius.events.filter(({ id }) => id === 6273)).toHaveLength(2); // this one and that of settled()
  });

  it('is another request when its identifier or its authenticator differs', async () => {
    const { radius, prompts } = await listen();
    const { answers, send } = gateway(radius.port);
    send(question(3, 'clientPass'));
    send(question(4, 'clientPass'));
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    expect(prompts).toHaveLength(2);
    expect(answers.map((answer) => answer[1]).sort()).toEqual([3, 4]);
  });
});

describe('closing the port', () => {
  it('forgets the users who were being asked', async () => {
    const { radius, clock, prompted } = await listen(configured(), { patient: false });
    const asked = prompted();
    gateway(radius.port).send(question(5, 'clientPass'));
    await asked;
    expect(clock.nextDue()).toBeDefined();
    await radius.close();
    expect(clock.nextDue()).toBeUndefined();
  });
});

describe('EAP without a signature', () => {
  it('is dropped: it is never unsigned (RFC 3579)', async () => {
    const { radius } = await listen();
    const { answers, send, settled } = gateway(radius.port);
    const identity = eapAttributes({
      code: eapCode.response,
      identifier: 0,
      type: eapType.identity,
      data: Buffer.from('User'),
    });
    send(
      encodeRequest({ identifier: 7, authenticator: Buffer.alloc(16), attributes: identity }, secret, false),
    );
    await settled();
    expect([answers.length, radius.events[0]?.id]).toEqual([0, 17]);
  });
});

describe('what is not RADIUS, or asks nothing', () => {
  it('is dropped without a trace, however often it comes', async () => {
    const { radius } = await listen();
    const { answers, send, settled } = gateway(radius.port);
    send(Buffer.from('GET / HTTP/1.1'));
    send(question(6, 'clientPass').subarray(0, 30));
    const nothing = encodeRequest({ identifier: 8, authenticator: Buffer.alloc(16), attributes: [] }, secret);
    send(nothing);
    send(nothing);
    await settled();
    expect([answers, radius.events.length]).toEqual([[], 1]);
  });
});

describe('a source that pretends', () => {
  it('counts as the pretended address until it stops', async () => {
    const { radius } = await listen();
    const { send, settled, bound } = gateway(radius.port);
    const stop = radius.pretend(await bound(), '192.0.2.1');
    send(question(9, 'wrong'));
    await vi.waitFor(() => expect(radius.events).toMatchObject([{ id: 13, address: '192.0.2.1' }]));
    stop();
    await settled();
    expect(radius.events.at(-1)).toMatchObject({ id: 6273, address: '10.0.255.4' });
  });
});
