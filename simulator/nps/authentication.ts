import {
  attribute,
  attributeType,
  firstValue,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../shared/nps/radius/packet.ts';
import { revealPassword } from '../../shared/nps/radius/user-password.ts';
import type { RequestTraits } from './conditions.ts';
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
import type { NetworkPolicy, NpsServerState, NpsUser } from './state.ts';

/** What NPS makes of an Access-Request before the MFA extension has its say. */
export type Verdict =
  | {
      readonly kind: 'challenge';
      readonly attributes: readonly RadiusAttribute[];
      readonly wrongPasswordOf?: string;
    }
  | { readonly kind: 'discarded'; readonly reason: 'malformed' }
  | {
      readonly kind: 'refused';
      readonly reason: Reason;
      readonly userName: string;
      readonly policy?: NetworkPolicy;
      /** The event log has this refusal already. */
      readonly told?: true;
      /** What an Access-Reject carries. */
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
  readonly secret: string;
  /** What the request shows to the conditions of policies. */
  readonly traits: RequestTraits;
  readonly eap: ReturnType<typeof eapServer>;
  readonly random: (size: number) => Buffer;
}

/** PAP, MS-CHAPv2 or EAP-MSCHAPv2, whichever the request brings. */
export function authenticate(packet: RadiusPacket, context: Authentication): Verdict {
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
  // Under another secret the password is garbage, so a wrong secret looks like a wrong password here.
  if (revealPassword(hidden, packet.authenticator, context.secret) !== user.password) {
    return { kind: 'refused', reason: 16, userName, refusal: [] };
  }
  return authorized(context, user, 'PAP', { userName, acceptance: [], refusal: [] });
}

function authorized(
  { state, traits }: Authentication,
  user: NpsUser,
  method: keyof typeof needs,
  answer: { userName: string; acceptance: readonly RadiusAttribute[]; refusal: readonly RadiusAttribute[] },
): Verdict {
  const { policy, refusal: reason } = authorize(state, user, needs[method], traits);
  const { userName, acceptance, refusal } = answer;
  if (reason !== undefined || !policy) {
    return { kind: 'refused', reason: reason ?? 48, userName, refusal, ...(policy && { policy }) };
  }
  return { kind: 'accepted', user, method, policy, refusal, acceptance: [...framed, ...acceptance] };
}

/** What a policy must allow for a request to be authenticated that way. */
const needs = { PAP: ['PAP'], MSCHAPv2: ['MSCHAPv2'], EAP: ['EAP', 'EAP-MSCHAPv2'] } as const;

/** What the profile of the default policy adds to an Access-Accept. */
const framed = [
  attribute(attributeType.framedProtocol, integer(1)),
  attribute(attributeType.serviceType, integer(2)),
  microsoftAttribute(microsoftType.mppeEncryptionPolicy, integer(2)),
  microsoftAttribute(microsoftType.mppeEncryptionTypes, integer(14)),
];

function keys(packet: RadiusPacket, { secret, random }: Authentication, password: string, response: Buffer) {
  const { send, receive } = sessionKeys(password, response);
  // Salts have their first bit set and differ within one packet (RFC 2548, 2.4.2).
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
): Verdict {
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
  return authorized(context, user, 'MSCHAPv2', { userName, acceptance, refusal });
}

function byEap(packet: RadiusPacket, context: Authentication): Verdict {
  const { state } = context;
  const ending = (code: number, identifier: number) =>
    eapAttributes({ code, identifier, data: Buffer.alloc(0) });
  const eap = eapOf(packet);
  // NPS decides about the policy before it starts a conversation: a policy without EAP never asks for a password.
  if (eap?.type === eapType.identity) {
    const userName = eap.data.toString('utf8');
    const refusal = ending(eapCode.failure, eap.identifier);
    const user = userNamed(state, userName);
    if (!user) return { kind: 'refused', reason: 8, userName, refusal };
    const early = authorized(context, user, 'EAP', { userName, acceptance: [], refusal });
    if (early.kind === 'refused') return early;
  }
  const step = context.eap.step(packet, (name) => userNamed(state, name)?.password);
  if (step.kind === 'stray') return { kind: 'discarded', reason: 'malformed' };
  if (step.kind === 'challenge') return step;
  const { userName, identifier } = step;
  const refusal = ending(eapCode.failure, identifier);
  const user = userNamed(state, userName);
  if (step.kind === 'refused' || !user) {
    const told = step.kind === 'refused' && step.told;
    const reason = step.kind === 'refused' ? step.reason : 8;
    return { kind: 'refused', reason, userName, refusal, ...(told && { told }) };
  }
  const acceptance = [
    ...ending(eapCode.success, identifier),
    ...keys(packet, context, user.password, step.response),
  ];
  return authorized(context, user, 'EAP', { userName, acceptance, refusal });
}
