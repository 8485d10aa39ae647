import {
  attribute,
  attributeType,
  firstValue,
  type RadiusAttribute,
  type RadiusPacket,
} from '../../../shared/nps/radius/packet.ts';
import { eapAttributes, eapCode, eapOf, eapType, isEapStart, mschapData, mschapOperation } from './eap.ts';
import { authenticatorResponse, type Exchange, ntResponse } from './mschap.ts';

/** A conversation that is running. The State attribute of a request says which one it belongs to. */
interface Session {
  readonly userName: string;
  readonly challenge: Buffer;
  readonly startedAt: number;
  identifier: number;
  /** Set after the password has been proven, while the peer confirms that it trusts the server. */
  proven?: { readonly response: Buffer };
  /** The password was wrong. The peer only has to acknowledge that. */
  isDenied?: boolean;
}

export type EapStep =
  | { readonly kind: 'challenge'; readonly attributes: readonly RadiusAttribute[]; readonly denied?: string }
  /** No answer: it is not EAP, or belongs to no conversation. */
  | { readonly kind: 'stray' }
  | {
      readonly kind: 'refused';
      readonly reason: 16 | 22;
      readonly userName: string;
      readonly identifier: number;
      readonly isRecorded?: boolean;
    }
  | {
      readonly kind: 'authenticated';
      readonly userName: string;
      readonly identifier: number;
      /** The peer's NT response. The session keys are derived from it. */
      readonly response: Buffer;
    };

const sessionLife = 180_000;

/** The server's side of EAP-MSCHAPv2 (draft-kamath-pppext-eap-mschapv2). */
export function eapServer(serverName: () => string, random: (size: number) => Buffer, now: () => number) {
  const sessions = new Map<string, Session>();

  function ask(state: string, session: Session, operation: number, body: Buffer) {
    const { identifier } = session;
    const data = mschapData(operation, identifier, body);
    const eap = eapAttributes({ code: eapCode.request, identifier, type: eapType.mschapv2, data });
    const stateAttribute = attribute(attributeType.state, Buffer.from(state, 'hex'));
    return { kind: 'challenge' as const, attributes: [...eap, stateAttribute] };
  }

  function begin(userName: string, identifier: number): EapStep {
    for (const [key, { startedAt }] of sessions) if (now() - startedAt > sessionLife) sessions.delete(key);
    const state = random(16).toString('hex');
    const challenge = random(16);
    const session = { userName, challenge, startedAt: now(), identifier: (identifier + 1) % 256 };
    sessions.set(state, session);
    const body = Buffer.concat([Buffer.of(16), challenge, Buffer.from(serverName())]);
    return ask(state, session, mschapOperation.challenge, body);
  }

  /** `password` undefined: there is no such user, which looks like a wrong password. */
  function answered(state: string, session: Session, body: Buffer, password: string | undefined): EapStep {
    if (body.length < 50 || body.readUInt8(0) !== 49) return { kind: 'stray' };
    const exchange: Exchange = {
      userName: body.subarray(50).toString('utf8'),
      authenticatorChallenge: session.challenge,
      peerChallenge: body.subarray(1, 17),
    };
    const response = Buffer.from(body.subarray(25, 49));
    session.identifier = (session.identifier + 1) % 256;
    if (password === undefined || !ntResponse(exchange, password).equals(response)) {
      // 691: wrong name or password. There is no retry, so the peer acknowledges and the conversation ends.
      const body = Buffer.from(`E=691 R=0 C=${session.challenge.toString('hex').toUpperCase()} V=3`);
      session.isDenied = true;
      return {
        ...ask(state, session, mschapOperation.failure, body),
        denied: session.userName,
      };
    }
    session.proven = { response };
    const proof = `${authenticatorResponse(exchange, password, response)} M=OK`;
    return ask(state, session, mschapOperation.success, Buffer.from(proof));
  }

  return {
    /** One Access-Request with an EAP-Message. `passwordOf` gives the password of a user, if the user exists. */
    step(packet: RadiusPacket, passwordOf: (userName: string) => string | undefined): EapStep {
      // EAP-Start: an empty EAP-Message asks the server to begin (RFC 3579, 2.1).
      if (isEapStart(packet)) {
        const identifier = random(1)[0]!;
        const request = { code: eapCode.request, identifier, type: eapType.identity, data: Buffer.alloc(0) };
        return { kind: 'challenge', attributes: eapAttributes(request) };
      }
      const eap = eapOf(packet);
      if (!eap || eap.code !== eapCode.response) return { kind: 'stray' };
      if (eap.type === eapType.identity) return begin(eap.data.toString('utf8'), eap.identifier);
      const state = firstValue(packet, attributeType.state)?.toString('hex') ?? '';
      const session = sessions.get(state);
      if (!session || session.identifier !== eap.identifier || now() - session.startedAt > sessionLife) {
        return { kind: 'stray' };
      }
      const { userName, identifier, proven } = session;
      if (eap.type !== eapType.mschapv2) {
        sessions.delete(state);
        return { kind: 'refused', reason: 22, userName, identifier };
      }
      const operation = eap.data[0];
      if (operation === mschapOperation.response && !proven) {
        return answered(state, session, eap.data.subarray(4), passwordOf(userName));
      }
      sessions.delete(state);
      return operation === mschapOperation.success && proven
        ? { kind: 'authenticated', userName, identifier, response: proven.response }
        : {
            kind: 'refused',
            reason: 16,
            userName,
            identifier,
            ...(session.isDenied && { isRecorded: true }),
          };
    },
  };
}
