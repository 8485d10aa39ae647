import {
  attribute,
  attributeType,
  firstValue,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import { revealPassword } from '../../../shared/nps/radius/user-password.ts';
import { deciding, matchPolicy, type RequestTraits } from '../conditions.ts';
import type { NetworkPolicy, NpsServerState, NpsUser, RadiusClient } from '../state.ts';
import { eapAttributes, eapCode, eapOf, eapType } from './eap.ts';
import type { eapServer } from './eap-server.ts';
import {
  hideKey,
  integer,
  microsoftAttribute,
  microsoftType,
  microsoftValue,
} from './microsoft-attributes.ts';
import { authenticatorResponse, type Exchange, ntResponse, sessionKeys } from './mschap.ts';
import { authorize, type Reason, userNamed } from './network-access.ts';

/** The decision of NPS about an Access-Request before the MFA extension is asked. */
export type AccessDecision =
  | {
      readonly kind: 'challenge';
      readonly attributes: readonly RadiusAttribute[];
      /** The user whose password was wrong: NPS records it at once, whether or not the peer continues. */
      readonly denied?: string;
    }
  | { readonly kind: 'discarded'; readonly reason: 'malformed' | 'forwarded' }
  | {
      readonly kind: 'refused';
      readonly reason: Reason;
      /** Recorded when the password was found to be wrong, one request before. */
      readonly isRecorded?: boolean;
      readonly userName: string;
      readonly policy?: NetworkPolicy;
      /** The attributes of an Access-Reject. */
      readonly refusal: readonly RadiusAttribute[];
    }
  | {
      readonly kind: 'accepted';
      readonly user: NpsUser;
      readonly method: 'PAP' | 'MSCHAPv2' | 'EAP';
      readonly policy: NetworkPolicy;
      readonly acceptance: readonly RadiusAttribute[];
      readonly refusal: readonly RadiusAttribute[];
    };

export interface Authentication {
  readonly state: NpsServerState;
  readonly client: RadiusClient;
  /** Where the request came from. */
  readonly address: string;
  readonly now: Date;
  readonly eap: ReturnType<typeof eapServer>;
  readonly random: (size: number) => Buffer;
}

/**
 * The connection request policies decide first: authenticate here, or forward, and then the sender of the request gets
 * no answer from here. Then PAP, MS-CHAPv2 or EAP-MSCHAPv2, depending on the request.
 */
export function authenticate(packet: RadiusPacket, context: Authentication): AccessDecision {
  const { requestPolicies } = context.state;
  const traits = traitsOf(packet, context);
  const takes = deciding(
    requestPolicies.filter((policy) => matchPolicy(policy, traits) === 'yes'),
    traits,
  ).policy;
  if (takes?.provider === 'forward') return { kind: 'discarded', reason: 'forwarded' };
  if (!takes) {
    const userName = firstValue(packet, attributeType.userName)?.toString('utf8') ?? '';
    return { kind: 'refused', reason: 49, userName, refusal: [] };
  }
  if (packet.attributes.some(({ type }) => type === attributeType.eapMessage)) return byEap(packet, context);
  const userName = firstValue(packet, attributeType.userName)?.toString('utf8');
  if (userName === undefined) return { kind: 'discarded', reason: 'malformed' };
  const response = microsoftValue(packet, microsoftType.chap2Response);
  const challenge = microsoftValue(packet, microsoftType.chapChallenge);
  if (response?.length === 50 && challenge?.length === 16) {
    return byMschapv2(packet, context, userName, challenge, response);
  }
  const hidden = firstValue(packet, attributeType.userPassword);
  if (!hidden) return { kind: 'discarded', reason: 'malformed' };
  const user = userNamed(context.state, userName);
  if (!user) return { kind: 'refused', reason: 8, userName, refusal: [] };
  // With another secret the decoded password is meaningless, so a wrong secret looks like a wrong password here.
  if (revealPassword(hidden, packet.authenticator, context.client.secret) !== user.password) {
    return { kind: 'refused', reason: 16, userName, refusal: [] };
  }
  return authorized(packet, context, user, 'PAP', { userName, acceptance: [], refusal: [] });
}

function authorized(
  packet: RadiusPacket,
  context: Authentication,
  user: NpsUser,
  method: keyof typeof needs,
  answer: { userName: string; acceptance: readonly RadiusAttribute[]; refusal: readonly RadiusAttribute[] },
): AccessDecision {
  const { policy, refusal: reason } = authorize(context.state, user, needs[method], {
    ...traitsOf(packet, context, method),
    groups: user.groups ?? [],
  });
  const { userName, acceptance, refusal } = answer;
  if (reason !== undefined || !policy) {
    return { kind: 'refused', reason: reason ?? 48, userName, refusal, ...(policy && { policy }) };
  }
  const ofGroup = policy.sends
    ? [microsoftAttribute(microsoftType.azurePolicyId, Buffer.from(policy.sends, 'hex'))]
    : [];
  return {
    kind: 'accepted',
    user,
    method,
    policy,
    refusal,
    acceptance: [...framed, ...ofGroup, ...acceptance],
  };
}

/** What a policy must allow for a request to be authenticated in that way. */
const needs = { PAP: ['PAP'], MSCHAPv2: ['MSCHAPv2'], EAP: ['EAP', 'EAP-MSCHAPv2'] } as const;

function traitsOf(
  packet: RadiusPacket,
  { client, address, now }: Authentication,
  method?: keyof typeof needs,
): RequestTraits {
  const number = (value: Buffer | undefined) => (value?.length === 4 ? value.readUInt32BE(0) : undefined);
  return {
    rasVendor: number(microsoftValue(packet, microsoftType.rasVendor)),
    nasPortType: number(firstValue(packet, attributeType.nasPortType)),
    clientName: client.name,
    addresses: [address],
    method,
    now,
  };
}

/** What the profile of the default policy adds to an Access-Accept. */
const framed = [
  attribute(attributeType.framedProtocol, integer(1)),
  attribute(attributeType.serviceType, integer(2)),
  microsoftAttribute(microsoftType.mppeEncryptionPolicy, integer(2)),
  microsoftAttribute(microsoftType.mppeEncryptionTypes, integer(14)),
];

function keys(
  packet: RadiusPacket,
  { client: { secret }, random }: Authentication,
  password: string,
  response: Buffer,
) {
  const { send, receive } = sessionKeys(password, response);
  // The first bit of a salt is set, and salts differ within one packet (RFC 2548, 2.4.2).
  const [first = 0, second = 0] = random(2);
  const salt = (last: number) => Buffer.of(first | 0x80, (second & 0xfe) | last);
  return [
    microsoftAttribute(microsoftType.mppeSendKey, hideKey(send, salt(0), packet.authenticator, secret)),
    microsoftAttribute(microsoftType.mppeRecvKey, hideKey(receive, salt(1), packet.authenticator, secret)),
  ];
}

function byMschapv2(
  packet: RadiusPacket,
  context: Authentication,
  userName: string,
  challenge: Buffer,
  answer: Buffer,
): AccessDecision {
  const identifier = answer.subarray(0, 1);
  const exchange: Exchange = {
    userName,
    authenticatorChallenge: challenge,
    peerChallenge: answer.subarray(2, 18),
  };
  const response = answer.subarray(26, 50);
  const failure = Buffer.concat([identifier, Buffer.from('E=691 R=0 V=3')]);
  const refusal = [microsoftAttribute(microsoftType.chapError, failure)];
  const user = userNamed(context.state, userName);
  if (!user) return { kind: 'refused', reason: 8, userName, refusal };
  if (!ntResponse(exchange, user.password).equals(response))
    return { kind: 'refused', reason: 16, userName, refusal };
  const proof = Buffer.from(authenticatorResponse(exchange, user.password, response));
  const acceptance = [
    microsoftAttribute(microsoftType.chap2Success, Buffer.concat([identifier, proof])),
    ...keys(packet, context, user.password, response),
  ];
  return authorized(packet, context, user, 'MSCHAPv2', { userName, acceptance, refusal });
}

function byEap(packet: RadiusPacket, context: Authentication): AccessDecision {
  const { state } = context;
  const ending = (code: number, identifier: number) =>
    eapAttributes({ code, identifier, data: Buffer.alloc(0) });
  const eap = eapOf(packet);
  // NPS decides about the policy before it starts a conversation: with a policy without EAP it never asks for a
  // password.
  if (eap?.type === eapType.identity) {
    const userName = eap.data.toString('utf8');
    const refusal = ending(eapCode.failure, eap.identifier);
    const user = userNamed(state, userName);
    if (!user) return { kind: 'refused', reason: 8, userName, refusal };
    const early = authorized(packet, context, user, 'EAP', { userName, acceptance: [], refusal });
    if (early.kind === 'refused') return early;
  }
  const step = context.eap.step(packet, (name) => userNamed(state, name)?.password);
  if (step.kind === 'stray') return { kind: 'discarded', reason: 'malformed' };
  if (step.kind === 'challenge') return step;
  const { userName, identifier } = step;
  const refusal = ending(eapCode.failure, identifier);
  const user = userNamed(state, userName);
  if (step.kind === 'refused' || !user) {
    if (step.kind !== 'refused') return { kind: 'refused', reason: 8, userName, refusal };
    const { reason, isRecorded } = step;
    return { kind: 'refused', reason, userName, refusal, ...(isRecorded && { isRecorded }) };
  }
  const acceptance = [
    ...ending(eapCode.success, identifier),
    ...keys(packet, context, user.password, step.response),
  ];
  return authorized(packet, context, user, 'EAP', { userName, acceptance, refusal });
}
