import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeResponse } from '../../../shared/nps/radius/authenticator.ts';
import {
  attribute,
  attributeType,
  decodePacket,
  firstValue,
  packetCode,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import type { Clock } from '../../clock.ts';
import { eventLog, type NpsEvent } from '../event-log.ts';
import type { NpsServer } from '../host.ts';
import type { NpsServerState, RadiusClient } from '../state.ts';
import {
  type AccountingRecord,
  accountingIsAuthentic,
  accountingRecord,
  accountingResponse,
} from './accounting.ts';
import { isListening, objection, wrongSecret } from './admission.ts';
import { type AccessDecision, authenticate } from './authentication.ts';
import { eapServer } from './eap-server.ts';
import { knownRequests } from './known-requests.ts';
import { clientAt, secondFactor } from './network-access.ts';

export interface RadiusServerOptions {
  readonly server: Pick<NpsServer, 'state'>;
  readonly clock: Clock;
  /** The clock for the answers of users on their phones and for repeated requests. If not given: `clock`. */
  readonly waits?: Clock;
  readonly random: (size: number) => Buffer;
  /** UDP port of authentication. Accounting uses the next port. 0 or none: two free ports. */
  readonly port?: number;
  /** Address of this machine to answer on. If not given: 127.0.0.1. */
  readonly address?: string;
  /** Sockets that are bound already, for example in another network namespace. Then `port` and `address` are not used. */
  readonly sockets?: RadiusSockets;
  /** The address from which a datagram counts as sent. In reality all of them are sent from loopback. */
  readonly sourceAddress?: (remote: { address: string; port: number }) => string;
  readonly onEvent?: (event: NpsEvent) => void;
  /** The extension has sent a push notification and now waits for the user, by the clock. */
  readonly onPrompt?: (userName: string) => void;
}

export interface RadiusSockets {
  readonly authentication: Socket;
  readonly accounting: Socket;
}

export interface RadiusServer {
  readonly port: number;
  readonly accountingPort: number;
  /** What clients reported about sessions, oldest first. */
  readonly accounting: readonly AccountingRecord[];
  readonly events: readonly NpsEvent[];
  /** Datagrams from this port of loopback count as sent from `address`, until the returned function is called. */
  pretend(sourcePort: number, address: string): () => void;
  close(): Promise<void>;
}

type Answer = (code: number, attributes: readonly RadiusAttribute[], isAfterMfa?: boolean) => void;
type Accepted = Extract<AccessDecision, { kind: 'accepted' }>;

/** Answers RADIUS on a UDP port as NPS does, from the state that the server has at that moment. */
export async function startRadiusServer(options: RadiusServerOptions): Promise<RadiusServer> {
  const { server, clock, waits = clock, random, onEvent, onPrompt } = options;
  const now = () => waits.now().getTime();
  const { authentication: socket, accounting: accountingSocket } =
    options.sockets ?? (await boundSockets(options));
  const accounting: AccountingRecord[] = [];
  const pretended = new Map<number, string>();
  const pending = new Set<() => void>();
  const known = knownRequests(now);
  const { events, record, audit } = eventLog(server, clock, onEvent);
  const eap = eapServer(() => server.state().name, random, now);

  /** The client that a datagram comes from, if the server receives it and knows the client. */
  function heard(remote: RemoteInfo) {
    const state = server.state();
    const address = pretended.get(remote.port) ?? options.sourceAddress?.(remote) ?? remote.address;
    if (!isListening(state, address)) return undefined;
    const client = clientAt(state, address);
    if (client) return { state, address, client };
    record({
      id: 13,
      address,
      message: `A RADIUS message came from ${address}, which is no RADIUS client.`,
    });
    return undefined;
  }

  function receiveAccounting(datagram: Buffer, remote: RemoteInfo): void {
    const from = heard(remote);
    const packet = decoded(datagram);
    if (!from || packet?.code !== packetCode.accountingRequest) return;
    const { address, client } = from;
    if (!accountingIsAuthentic(datagram, client.secret)) {
      record({ id: 14, address, message: wrongSecret(client) });
      return;
    }
    accounting.push(accountingRecord(packet, client, address));
    accountingSocket.send(accountingResponse(packet, client.secret), remote.port, remote.address);
  }

  function receive(datagram: Buffer, remote: RemoteInfo): void {
    const from = heard(remote);
    if (!from) return;
    const { state, address, client } = from;
    const packet = decoded(datagram);
    if (packet?.code !== packetCode.accessRequest) return;
    const refused = objection(datagram, packet, client, state);
    if (refused) record({ ...refused, address });
    else if (!repeats(packet, remote, address)) decide(packet, state, client, address, remote);
  }

  /**
   * Whether the request has come before. Then it gets the same answer again, or none while the extension still works on
   * it.
   */
  function repeats(packet: RadiusPacket, remote: RemoteInfo, address: string): boolean {
    const before = known.find(packet, remote);
    if (before?.answer && !before.isAfterMfa) socket.send(before.answer, remote.port, remote.address);
    else if (before) audit({ id: 6274, address, user: userOf(packet), reason: 9 });
    return before !== undefined;
  }

  function decide(
    packet: RadiusPacket,
    state: NpsServerState,
    client: RadiusClient,
    address: string,
    remote: RemoteInfo,
  ): void {
    const entry = known.add(packet, remote);
    const answer: Answer = (code, attributes, isAfterMfa = false) => {
      const proxyStates = packet.attributes.filter(({ type }) => type === attributeType.proxyState);
      entry.answer = encodeResponse(code, packet, [...attributes, ...proxyStates], client.secret);
      entry.answeredAt = now();
      entry.isAfterMfa = isAfterMfa;
      socket.send(entry.answer, remote.port, remote.address);
    };
    const verdict = authenticate(packet, { state, client, address, now: clock.now(), eap, random });
    if (verdict.kind === 'discarded') known.forget(packet, remote);
    if (verdict.kind === 'challenge') {
      if (verdict.denied) audit({ id: 6273, address, user: verdict.denied, reason: 16 });
      answer(packetCode.accessChallenge, verdict.attributes);
    }
    if (verdict.kind === 'refused') {
      const { reason, userName: user, policy, refusal, isRecorded } = verdict;
      if (!isRecorded) audit({ id: 6273, address, user, reason, ...(policy && { policy: policy.name }) });
      answer(packetCode.accessReject, refusal);
    }
    if (verdict.kind === 'accepted') askSecondFactor(verdict, packet, address, answer);
  }

  function askSecondFactor(verdict: Accepted, packet: RadiusPacket, address: string, answer: Answer): void {
    const nasIp = firstValue(packet, attributeType.nasIpAddress);
    const factor = secondFactor(server.state(), verdict.user, nasIp && [...nasIp].join('.'));
    const about = { address, user: userOf(packet), policy: verdict.policy.name };
    const finish = () => {
      if (factor.outcome === 'granted') {
        audit({ ...about, id: 6272, reason: 0 });
        // What the client repeats in its accounting of the session.
        const session = attribute(attributeType.class, random(16));
        answer(packetCode.accessAccept, [...verdict.acceptance, session], factor.wasPrompted);
      } else if (factor.outcome === 'code asked for' && verdict.method === 'PAP') {
        const question = attribute(attributeType.replyMessage, 'Enter your verification code');
        answer(packetCode.accessChallenge, [question, attribute(attributeType.state, random(16))]);
      } else {
        audit({ ...about, id: 6273, reason: 21 });
        answer(packetCode.accessReject, verdict.refusal);
      }
    };
    if (!factor.wasPrompted) {
      finish();
      return;
    }
    const cancel = waits.after(factor.seconds * 1000, () => {
      pending.delete(cancel);
      finish();
    });
    pending.add(cancel);
    onPrompt?.(verdict.user.name);
  }

  let closed: Promise<unknown> | undefined;
  socket.on('message', receive);
  accountingSocket.on('message', receiveAccounting);
  return {
    port: socket.address().port,
    accountingPort: accountingSocket.address().port,
    accounting,
    events,
    pretend(sourcePort, address) {
      pretended.set(sourcePort, address);
      return () => pretended.delete(sourcePort);
    },
    async close() {
      for (const cancel of pending) cancel();
      closed ??= Promise.all(
        [socket, accountingSocket].map((each) => new Promise<void>((done) => each.close(done))),
      );
      await closed;
    },
  };
}

async function boundSockets({
  port = 0,
  address = '127.0.0.1',
}: Pick<RadiusServerOptions, 'port' | 'address'>): Promise<RadiusSockets> {
  const bound = async (wanted: number) => {
    const socket = createSocket('udp4').bind(wanted, address);
    await once(socket, 'listening');
    return socket;
  };
  const authentication = await bound(port);
  try {
    return { authentication, accounting: await bound(port === 0 ? 0 : port + 1) };
  } catch (error) {
    authentication.close();
    throw error;
  }
}

const userOf = (packet: RadiusPacket) => firstValue(packet, attributeType.userName)?.toString() ?? '';

function decoded(datagram: Buffer): RadiusPacket | undefined {
  try {
    return decodePacket(datagram);
  } catch {
    return undefined;
  }
}
