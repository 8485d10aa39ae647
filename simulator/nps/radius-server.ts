import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  attribute,
  attributeType,
  decodePacket,
  encodeResponse,
  firstValue,
  packetCode,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../shared/radius/packet.ts';
import type { Clock } from '../clock.ts';
import { isListening, objection } from './admission.ts';
import { authenticate, type Verdict } from './authentication.ts';
import { eapServer } from './eap-server.ts';
import type { NpsServer } from './host.ts';
import { clientAt, type Reason, reasons, secondFactor } from './network-access.ts';
import type { NpsServerState, RadiusClient } from './state.ts';

/**
 * An event as NPS records it. Security: 6272 granted, 6273 denied, 6274 discarded (recorded only where auditing is on).
 * System, source NPS: 13 unknown client, 14 wrong authenticator, 17 Message-Authenticator missing, 4418 Proxy-State
 * without Message-Authenticator.
 */
export interface NpsEvent {
  readonly id: 13 | 14 | 17 | 4418 | 6272 | 6273 | 6274;
  readonly at: Date;
  readonly message: string;
  /** Source address of the request, as NPS saw it. */
  readonly address: string;
  readonly user?: string;
  readonly policy?: string;
  readonly reason?: Reason;
}

export interface RadiusServerOptions {
  readonly server: Pick<NpsServer, 'state'>;
  readonly clock: Clock;
  readonly random: (size: number) => Buffer;
  /** UDP port of 127.0.0.1; 0 or none takes a free one. */
  readonly port?: number;
  /** The address that a datagram counts as coming from, since all of them come from loopback. */
  readonly sourceAddress?: (remote: { address: string; port: number }) => string;
  readonly onEvent?: (event: NpsEvent) => void;
  /** The extension has sent a push notification and now waits for the user, on the clock. */
  readonly onPrompt?: (userName: string) => void;
}

export interface RadiusServer {
  readonly port: number;
  readonly events: readonly NpsEvent[];
  /** From now on datagrams from this port of loopback count as coming from `address`. */
  pretend(sourcePort: number, address: string): void;
  close(): Promise<void>;
}

/**
 * How long a request that was answered is known again. After a success that took MFA the extension discards the repeats
 * of that time, lest the user be asked twice (howto-mfa-nps-extension, "RADIUS protocol behavior").
 */
const remembered = 10_000;

interface Seen {
  answer?: Buffer;
  answeredAt?: number;
  afterMfa?: boolean;
}

type Answer = (code: number, attributes: readonly RadiusAttribute[], afterMfa?: boolean) => void;
type Accepted = Extract<Verdict, { kind: 'accepted' }>;

/** Answers RADIUS on a UDP port of 127.0.0.1 as NPS does, from the state that the server has at that moment. */
export async function startRadiusServer(options: RadiusServerOptions): Promise<RadiusServer> {
  const { server, clock, random, onEvent, onPrompt } = options;
  const socket = createSocket('udp4');
  const events: NpsEvent[] = [];
  const pretended = new Map<number, string>();
  const seen = new Map<string, Seen>();
  const pending = new Set<() => void>();
  const eap = eapServer(
    () => server.state().name,
    random,
    () => clock.now().getTime(),
  );

  const record = (event: Omit<NpsEvent, 'at'>) => {
    const entry = { ...event, at: clock.now() };
    events.push(entry);
    onEvent?.(entry);
  };
  const audit = (event: Omit<NpsEvent, 'at' | 'message'> & { readonly reason: Reason }) => {
    const { success, failure } = server.state().audit;
    if (event.id === 6272 ? success : failure) record({ ...event, message: reasons[event.reason] });
  };

  function receive(datagram: Buffer, remote: RemoteInfo): void {
    const state = server.state();
    if (!isListening(state)) return;
    const address = pretended.get(remote.port) ?? options.sourceAddress?.(remote) ?? remote.address;
    const client = clientAt(state, address);
    if (!client) {
      record({
        id: 13,
        address,
        message: `A RADIUS message came from ${address}, which is no RADIUS client.`,
      });
      return;
    }
    const packet = decoded(datagram);
    if (packet?.code !== packetCode.accessRequest) return;
    const refused = objection(datagram, packet, client, state);
    if (refused) record({ ...refused, address });
    else if (!repeats(packet, remote, address)) decide(packet, state, client, address, remote);
  }

  /** Whether the request has come before; then it gets the same answer again, or none while the extension is at it. */
  function repeats(packet: RadiusPacket, remote: RemoteInfo, address: string): boolean {
    const now = clock.now().getTime();
    for (const [key, { answeredAt }] of seen)
      if (answeredAt !== undefined && now - answeredAt > remembered) seen.delete(key);
    const before = seen.get(keyOf(packet, remote));
    if (!before) return false;
    if (before.answer && !before.afterMfa) socket.send(before.answer, remote.port, remote.address);
    else
      audit({
        id: 6274,
        address,
        user: firstValue(packet, attributeType.userName)?.toString() ?? '',
        reason: 9,
      });
    return true;
  }

  function decide(
    packet: RadiusPacket,
    state: NpsServerState,
    client: RadiusClient,
    address: string,
    remote: RemoteInfo,
  ): void {
    const entry: Seen = {};
    seen.set(keyOf(packet, remote), entry);
    const answer: Answer = (code, attributes, afterMfa = false) => {
      const proxyStates = packet.attributes.filter(({ type }) => type === attributeType.proxyState);
      entry.answer = encodeResponse(code, packet, [...attributes, ...proxyStates], client.secret);
      entry.answeredAt = clock.now().getTime();
      entry.afterMfa = afterMfa;
      socket.send(entry.answer, remote.port, remote.address);
    };
    const verdict = authenticate(packet, { state, secret: client.secret, eap, random });
    if (verdict.kind === 'challenge') answer(packetCode.accessChallenge, verdict.attributes);
    if (verdict.kind === 'refused') {
      const { reason, userName: user, policy, refusal } = verdict;
      audit({ id: 6273, address, user, reason, ...(policy && { policy: policy.name }) });
      answer(packetCode.accessReject, refusal);
    }
    if (verdict.kind === 'accepted') askSecondFactor(verdict, packet, address, answer);
  }

  function askSecondFactor(verdict: Accepted, packet: RadiusPacket, address: string, answer: Answer): void {
    const nasIp = firstValue(packet, attributeType.nasIpAddress);
    const factor = secondFactor(server.state(), verdict.user, nasIp && [...nasIp].join('.'));
    const about = { address, user: verdict.user.name, policy: verdict.policy.name };
    const finish = () => {
      if (factor.outcome === 'granted') {
        audit({ ...about, id: 6272, reason: 0 });
        answer(packetCode.accessAccept, verdict.acceptance, factor.prompted);
      } else if (factor.outcome === 'code asked for' && verdict.method === 'PAP') {
        const question = attribute(attributeType.replyMessage, 'Enter your verification code');
        answer(packetCode.accessChallenge, [question, attribute(attributeType.state, random(16))]);
      } else {
        audit({ ...about, id: 6273, reason: 21 });
        answer(packetCode.accessReject, verdict.refusal);
      }
    };
    if (!factor.prompted) {
      finish();
      return;
    }
    const cancel = clock.after(factor.seconds * 1000, () => {
      pending.delete(cancel);
      finish();
    });
    pending.add(cancel);
    onPrompt?.(verdict.user.name);
  }

  let closed: Promise<void> | undefined;
  socket.on('message', receive);
  socket.bind(options.port ?? 0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: (socket.address() as AddressInfo).port,
    events,
    pretend(sourcePort, address) {
      pretended.set(sourcePort, address);
    },
    close() {
      for (const cancel of pending) cancel();
      closed ??= new Promise((resolve) => socket.close(() => resolve()));
      return closed;
    },
  };
}

const keyOf = (packet: RadiusPacket, remote: RemoteInfo) =>
  `${remote.address}:${remote.port}/${packet.identifier}/${packet.authenticator.toString('hex')}`;

function decoded(datagram: Buffer): RadiusPacket | undefined {
  try {
    return decodePacket(datagram);
  } catch {
    return undefined;
  }
}
