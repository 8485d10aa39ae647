import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeRequest, responseIsAuthentic } from '../../../shared/nps/radius/authenticator.ts';
import {
  attribute,
  attributeType,
  decodePacket,
  firstValue,
  packetCode,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import { hidePassword } from '../../../shared/nps/radius/user-password.ts';
import type { Clock } from '../../clock.ts';
import { eapAttributes, eapCode, eapOf, eapType, mschapData, mschapOperation } from './eap.ts';
import {
  integer,
  microsoft,
  microsoftAttribute,
  microsoftType,
  microsoftValue,
} from './microsoft-attributes.ts';
import { authenticatorResponse, type Exchange, ntResponse } from './mschap.ts';
import type { Reason } from './network-access.ts';
import type { RadiusServer } from './radius-server.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
  /** The gateway asks with PAP for OpenVPN and with EAP-MSCHAPv2 for IKEv2. */
  readonly tunnel: 'IkeV2' | 'OpenVPN';
  /** Address of the gateway instance in GatewaySubnet. */
  readonly gatewayAddress: string;
  /** The shared secret that the gateway holds. */
  readonly secret: string;
}

export interface LoginResult {
  /** `no answer`: no valid answer within 30 seconds. */
  readonly outcome: 'accepted' | 'rejected' | 'asked for a code' | 'no answer';
  /** How long it took on the clock. */
  readonly seconds: number;
  /** MS-Azure-Policy-ID of an acceptance, as hexadecimal digits, when NPS sends it. */
  readonly policyId?: string;
  /** The reason that NPS recorded, when it records such events. */
  readonly reason?: Reason;
}

/** The gateway's RADIUS timeout. It cannot be set (VPN Gateway FAQ). */
const gatewayTimeout = 30_000;

/**
 * A user signs in to the VPN: plays client and gateway against the RADIUS port of a simulated NPS server. Azure does
 * not document what the gateway sends about itself (MS-RAS-Vendor, a virtual port). What is sent here is what the
 * network policy expects.
 */
export async function login(
  server: RadiusServer,
  clock: Clock,
  wish: Login,
  random: (size: number) => Buffer,
): Promise<LoginResult> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const stopPretending = server.pretend(socket.address().port, wish.gatewayAddress);
  const began = clock.now().getTime();
  const seen = server.events.length;
  let number = 0;
  const ask: Ask = (make) => {
    const authenticator = random(16);
    const attributes = [...nas(wish), ...make(authenticator)];
    const request = { identifier: number++, authenticator, attributes };
    return answerTo(socket, server.port, clock, request, wish.secret);
  };
  try {
    const answer = await (wish.tunnel === 'OpenVPN' ? askWithPap(ask, wish) : askWithEap(ask, wish, random));
    const policyId = answer && microsoftValue(answer, microsoftType.azurePolicyId)?.toString('hex');
    const reason = server.events.slice(seen).findLast((event) => event.user === wish.user)?.reason;
    return {
      outcome: outcomeOf(answer),
      seconds: (clock.now().getTime() - began) / 1000,
      ...(policyId !== undefined && { policyId }),
      ...(reason !== undefined && { reason }),
    };
  } finally {
    stopPretending();
    socket.close();
  }
}

type Ask = (make: (authenticator: Buffer) => readonly RadiusAttribute[]) => Promise<RadiusPacket | undefined>;

function outcomeOf(answer: RadiusPacket | undefined): LoginResult['outcome'] {
  if (answer?.code === packetCode.accessAccept) return 'accepted';
  if (answer?.code === packetCode.accessChallenge) return 'asked for a code';
  return answer ? 'rejected' : 'no answer';
}

function nas({ user, gatewayAddress }: Login): RadiusAttribute[] {
  return [
    attribute(attributeType.userName, user),
    attribute(attributeType.nasIpAddress, Buffer.from(gatewayAddress.split('.').map(Number))),
    attribute(attributeType.nasPortType, integer(5)),
    attribute(attributeType.serviceType, integer(2)),
    attribute(attributeType.framedProtocol, integer(1)),
    microsoftAttribute(microsoftType.rasVendor, integer(microsoft)),
  ];
}

/** The answer to one Access-Request. Undefined when no answer that was made with the secret comes in time. */
function answerTo(
  socket: Socket,
  port: number,
  clock: Clock,
  request: Parameters<typeof encodeRequest>[0],
  secret: string,
): Promise<RadiusPacket | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (answer: RadiusPacket | undefined) => {
      cancel();
      socket.removeAllListeners('message');
      resolve(answer);
    };
    const cancel = clock.after(gatewayTimeout, () => finish(undefined));
    socket.on('message', (datagram) => {
      if (!responseIsAuthentic(datagram, request, secret)) return;
      const answer = decodePacket(datagram);
      if (answer.identifier === request.identifier) finish(answer);
    });
    socket.on('error', reject);
    socket.send(encodeRequest(request, secret), port, '127.0.0.1');
  });
}

function askWithPap(ask: Ask, { password, secret }: Login) {
  return ask((authenticator) => [
    attribute(attributeType.userPassword, hidePassword(password, authenticator, secret)),
  ]);
}

async function askWithEap(ask: Ask, { user, password }: Login, random: (size: number) => Buffer) {
  const respond = (identifier: number, type: number, data: Buffer, to?: RadiusPacket) => {
    const state = to && firstValue(to, attributeType.state);
    const eap = eapAttributes({ code: eapCode.response, identifier, type, data });
    return ask(() => [...eap, ...(state ? [attribute(attributeType.state, state)] : [])]);
  };
  const challenged = await respond(0, eapType.identity, Buffer.from(user));
  const challenge = challenged && eapOf(challenged);
  if (challenge?.type !== eapType.mschapv2 || challenge.data[0] !== mschapOperation.challenge)
    return challenged;

  const exchange: Exchange = {
    userName: user,
    authenticatorChallenge: challenge.data.subarray(5, 21),
    peerChallenge: random(16),
  };
  const proof = ntResponse(exchange, password);
  const value = Buffer.concat([exchange.peerChallenge, Buffer.alloc(8), proof, Buffer.of(0)]);
  const body = Buffer.concat([Buffer.of(value.length), value, Buffer.from(user)]);
  const data = mschapData(mschapOperation.response, challenge.data[1] ?? 0, body);
  const judged = await respond(challenge.identifier, eapType.mschapv2, data, challenged);
  const verdict = judged && eapOf(judged);
  if (verdict?.type !== eapType.mschapv2) return judged;

  const hasSucceeded = verdict.data[0] === mschapOperation.success;
  // The client also wants proof: it does not answer a server that does not know the password.
  if (hasSucceeded && !verdict.data.includes(authenticatorResponse(exchange, password, proof)))
    return undefined;
  const last = hasSucceeded ? mschapOperation.success : mschapOperation.failure;
  return respond(verdict.identifier, eapType.mschapv2, Buffer.of(last), judged);
}
