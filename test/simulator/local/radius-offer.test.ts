import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeRequest } from '../../../shared/nps/radius/authenticator.ts';
import { attribute, attributeType, decodePacket, packetCode } from '../../../shared/nps/radius/packet.ts';
import { hidePassword } from '../../../shared/nps/radius/user-password.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { offerEach, offerRadius, radiusPlace } from '../../../simulator/local/radius-offer.ts';
import { inMemoryNpsServer } from '../../../simulator/nps/module/in-memory.ts';
import { freshNpsServer, type NetworkPolicy, type NpsUser } from '../../../simulator/nps/state.ts';

const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

const secret = 'held by 127.0.0.2 alone';

/** nps-01 with one RADIUS client, 127.0.0.2, offered on 127.0.0.1, and the lines that are printed about it. */
async function offered() {
  const clock = virtualClock(new Date('2027-02-01T06:00:00Z'));
  const client = {
    name: 'gateway',
    address: '127.0.0.2',
    vendor: 'RADIUS Standard',
    enabled: true,
    authAttributeRequired: false,
    secret,
  };
  const anna: NpsUser = {
    name: 'anna',
    password: 'known to anna',
    dialIn: 'policy',
    mfa: 'approve',
    mfaSeconds: 0.05,
    totpRegistered: false,
  };
  const everybody: NetworkPolicy = {
    name: 'everybody',
    enabled: true,
    order: 1,
    grant: true,
    conditions: [],
    authenticationMethods: ['PAP'],
  };
  const state = { radiusClients: [client], users: [anna], networkPolicies: [everybody] };
  const server = inMemoryNpsServer(freshNpsServer('NPS-01', state), clock);
  const lines: string[] = [];
  const machine = { id: 'nps-01', name: 'nps-01', addresses: ['10.0.1.4'], server };
  const radius = await offerRadius(machine, clock, { address: '127.0.0.1', port: 0 }, (line) => {
    lines.push(line);
  });
  closes.push(() => radius.close());
  return { port: radius.port, lines };
}

/** Sends a sign-in with PAP from an address of this machine; returns the code of the answer. */
async function ask(
  port: number,
  from: string,
  user = 'nobody',
  password = 'guessed-by-nobody',
): Promise<number> {
  const socket = createSocket('udp4');
  closes.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  socket.bind(0, from);
  await once(socket, 'listening');
  const authenticator = randomBytes(16);
  const attributes = [
    attribute(attributeType.userName, user),
    attribute(attributeType.userPassword, hidePassword(password, authenticator, secret)),
  ];
  const answer = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(encodeRequest({ identifier: 1, authenticator, attributes }, secret), port, '127.0.0.1');
  return decodePacket((await answer)[0]).code;
}

describe('RADIUS on a real address', () => {
  it('knows who asks by the address that the request really comes from', async () => {
    const { port, lines } = await offered();
    expect(await ask(port, '127.0.0.2')).toBe(packetCode.accessReject);
    expect(lines.at(-1)).toMatch(/^nps-01 {2}event 6273 from 127\.0\.0\.2, user nobody.*\(reason 8\)$/);
    void ask(port, '127.0.0.3').catch(() => undefined);
    await expect.poll(() => lines.at(-1)).toMatch(/event 13 from 127\.0\.0\.3: /);
  });

  it('waits real seconds for a phone, even while simulated time stands still', async () => {
    const { port, lines } = await offered();
    expect(await ask(port, '127.0.0.2', 'anna', 'known to anna')).toBe(packetCode.accessAccept);
    expect(lines).toEqual([
      'nps-01  asks anna for a second factor',
      expect.stringMatching(/^nps-01 {2}event 6272 from 127\.0\.0\.2, user anna/),
    ]);
  });

  it('tells neither the secret nor a password', async () => {
    const { port, lines } = await offered();
    await ask(port, '127.0.0.2');
    expect(lines.join()).not.toContain('guessed-by-nobody');
    expect(lines.join()).not.toContain(secret);
  });
});

describe('--radius', () => {
  it('takes an address and a port', () => {
    expect(radiusPlace('127.0.0.2:1812')).toEqual({ address: '127.0.0.2', port: 1812 });
  });

  it('takes the name of another NPS server before them', () => {
    const place = radiusPlace('nps-02=127.0.0.3:1812');
    expect(place).toEqual({ server: 'nps-02', address: '127.0.0.3', port: 1812 });
  });

  it.each(['1812', 'localhost:1812', '127.0.0.1', '127.0.0.1:70000', '::1:1812'])('refuses %s', (text) => {
    expect(() => radiusPlace(text)).toThrow(/--radius must be an IPv4 address of this machine and a port/);
  });

  const users: NpsUser[] = [
    { name: 'anna', mfa: 'approve', mfaSeconds: 6 },
    { name: 'boris', mfa: 'deny', mfaSeconds: 7 },
    { name: 'carla', mfa: 'no answer', mfaSeconds: 6 },
  ].map(
    (user) => ({ ...user, password: 'known to few', dialIn: 'policy', totpRegistered: false }) as NpsUser,
  );
  const clock = virtualClock(new Date('2027-02-01T06:00:00Z'));
  const machines = ['nps-01', 'nps-02'].map((name) => ({
    id: name,
    name,
    addresses: [],
    server: inMemoryNpsServer(freshNpsServer(name, { users }), clock),
  }));
  const offer = async (...texts: string[]) => {
    const lines: string[] = [];
    const stop = await offerEach(machines, texts.map(radiusPlace), clock, (line) => lines.push(line));
    closes.push(stop);
    return lines;
  };

  it('offers each server where it is told to, and says where, and what users do when their phones ask', async () => {
    const [first, second, third, ...more] = await offer('127.0.0.2:0', 'nps-02=127.0.0.3:0');
    expect(first).toMatch(/^RADIUS +127\.0\.0\.2:\d+\/udp, accounting \d+\/udp +\(nps-01; /);
    expect(second).toMatch(/^RADIUS +127\.0\.0\.3:\d+\/udp, accounting \d+\/udp +\(nps-02; /);
    expect(third).toMatch(
      /^Users +anna approves after 6 s, boris denies after 7 s, carla does not answer +\(real seconds/,
    );
    expect([more, `${third}`.includes('known to few')]).toEqual([[], false]);
    expect(await offer()).toEqual([]);
  });

  it('names the server that is not there, and the address that cannot be used', async () => {
    await expect(offer('nps-03=127.0.0.2:0')).rejects.toThrow(
      'no Windows machine nps-03 in this world; there are: nps-01, nps-02',
    );
    await expect(offer('127.0.0.2:0', '203.0.113.9:1812')).rejects.toThrow(/^--radius: .*203\.0\.113\.9/);
  });
});
