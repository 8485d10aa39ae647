import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { encodeResponse } from '../../../../shared/nps/radius/authenticator.ts';
import { decodePacket, packetCode } from '../../../../shared/nps/radius/packet.ts';
import { sendRadiusProbe } from '../../../../shared/nps/radius/probe.ts';
import type { NpsServerState } from '../../../../simulator/nps/state.ts';
import { freeradius } from '../../../simulator/nps/radius/outside-clients.ts';
import { closeAll, configured, first, listen, secret } from '../../../simulator/nps/radius/radius-world.ts';
import { type FreeRadius, startFreeRadius } from './freeradius.ts';

afterAll(closeAll);
const quick = { address: '127.0.0.1', secret, attempts: 2, timeoutMs: 150 };

describe('probing the simulated NPS', () => {
  it('is ok when both sides hold the same secret; nobody is asked and nobody is let in', async () => {
    const { radius, prompts } = await listen();
    const result = await sendRadiusProbe({ ...quick, port: radius.port });
    expect(result).toEqual({ outcome: 'ok', milliseconds: expect.any(Number) });
    expect(radius.events).toMatchObject([
      { id: 6273, reason: 8, user: expect.stringMatching(/^radius-probe-[0-9a-f]{16}$/) },
    ]);
    expect(prompts).toEqual([]);
  });

  it('tells another secret, which NPS meets with silence, by the second question', async () => {
    const { radius } = await listen();
    const result = await sendRadiusProbe({ ...quick, port: radius.port, secret: 'misremembered' });
    expect(result.outcome).toBe('secret mismatch');
    expect(radius.events.map(({ id }) => id)).toEqual([14, 14, 6273]);
    expect(JSON.stringify(result)).not.toContain('misremembered');
  });

  const silent: [string, (state: NpsServerState) => void][] = [
    [
      'another secret, and signatures demanded',
      (s) => {
        first(s.radiusClients).secret = 'other';
        s.blastRadius.requireMessageAuthenticator = true;
      },
    ],
    [
      'this address is no RADIUS client',
      (s) => {
        s.radiusClients = [];
      },
    ],
    [
      'the service is stopped',
      (s) => {
        s.serviceRunning = false;
      },
    ],
  ];
  it.each(silent)('names both causes when there is no answer: %s', async (_title, given) => {
    const { radius } = await listen(configured(given));
    const result = await sendRadiusProbe({ ...quick, port: radius.port });
    expect(result).toEqual({
      outcome: 'no answer',
      message: expect.stringMatching(/cannot be reached.*another shared secret/),
    });
  });

  it('is ok where signatures are demanded', async () => {
    const { radius } = await listen(
      configured((state) => {
        state.blastRadius.requireMessageAuthenticator = true;
      }),
    );
    expect((await sendRadiusProbe({ ...quick, port: radius.port })).outcome).toBe('ok');
  });

  it('asks what chance makes of it, so that two probes are never alike', async () => {
    const { radius } = await listen();
    await sendRadiusProbe({ ...quick, port: radius.port });
    await sendRadiusProbe({ ...quick, port: radius.port });
    await sendRadiusProbe({ ...quick, port: radius.port, randomBytes: (size) => Buffer.alloc(size, 0xab) });
    const users = radius.events.map(({ user }) => user);
    expect(new Set(users).size).toBe(3);
    expect(users[2]).toBe(`radius-probe-${'ab'.repeat(8)}`);
  });
});

describe('probing', () => {
  it('says so when nothing listens', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    const result = await sendRadiusProbe({ ...quick, port });
    expect(result).toEqual({ outcome: 'no answer', message: expect.stringContaining('nothing listens') });
  });

  it.each(['nps-01.contoso.com', '::1', '10.0.1', ''])('refuses the address %j', async (address) => {
    await expect(sendRadiusProbe({ ...quick, address })).rejects.toMatchObject({
      code: 'RadiusServerInvalid',
    });
  });

  it('survives a lost datagram, and what is no answer to it', async () => {
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    let seen = 0;
    server.on('message', (datagram, remote) => {
      seen += 1;
      const asked = decodePacket(datagram);
      const other = encodeResponse(
        packetCode.accessReject,
        { ...asked, identifier: asked.identifier ^ 4 },
        [],
        secret,
      );
      server.send(Buffer.from('noise'), remote.port, remote.address);
      server.send(other, remote.port, remote.address);
      const answer = encodeResponse(packetCode.accessReject, asked, [], secret);
      if (seen > 1) server.send(answer, remote.port, remote.address);
    });
    expect((await sendRadiusProbe({ ...quick, port: server.address().port })).outcome).toBe('ok');
    server.close();
  });

  it('asks three times when not told otherwise', async () => {
    const server = createSocket('udp4').bind(0, '127.0.0.1');
    await once(server, 'listening');
    const signed = new Map<string, number>();
    server.on('message', (datagram) => {
      const kind = datagram[20] === 80 ? 'signed' : 'unsigned';
      signed.set(kind, (signed.get(kind) ?? 0) + 1);
    });
    const { address } = quick;
    const result = await sendRadiusProbe({ address, secret, port: server.address().port, timeoutMs: 50 });
    expect(result.outcome).toBe('no answer');
    expect(Object.fromEntries(signed)).toEqual({ signed: 3, unsigned: 2 });
    server.close();
  });
});

describe.skipIf(!freeradius)('probing FreeRADIUS (skipped without the command freeradius)', () => {
  let server: FreeRadius | undefined;
  const start = async (wish?: Parameters<typeof startFreeRadius>[2]) => {
    server = await startFreeRadius(freeradius ?? '', secret, wish);
    return server.port;
  };
  afterEach(() => server?.stop());

  it('is ok with the same secret', async () => {
    expect((await sendRadiusProbe({ ...quick, timeoutMs: 2000, port: await start() })).outcome).toBe('ok');
  });

  it('tells another secret', async () => {
    const port = await start();
    expect((await sendRadiusProbe({ ...quick, timeoutMs: 500, port, secret: 'other' })).outcome).toBe(
      'secret mismatch',
    );
  });

  it('cannot tell another secret from silence where signatures are demanded, and says so', async () => {
    const port = await start({ demandsSignature: true });
    expect((await sendRadiusProbe({ ...quick, port })).outcome).toBe('ok');
    const result = await sendRadiusProbe({ ...quick, port, secret: 'other' });
    expect(result).toMatchObject({
      outcome: 'no answer',
      message: expect.stringContaining('another shared secret'),
    });
  });

  it('finds a server that lets anyone in', async () => {
    const port = await start({ welcomesAll: true });
    const result = await sendRadiusProbe({ ...quick, timeoutMs: 2000, port });
    expect(result).toEqual({
      outcome: 'accepts anyone',
      message: expect.stringContaining('lets everybody connect'),
    });
  });
});
