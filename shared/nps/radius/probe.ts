import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { failed } from '../../core/errors.ts';
import { encodeRequest, responseIsAuthentic } from './authenticator.ts';
import { attribute, attributeType, decodePacket, packetCode } from './packet.ts';
import { hidePassword } from './user-password.ts';

export interface RadiusProbe {
  /** IPv4 address of the RADIUS server. */
  readonly address: string;
  readonly port?: number;
  readonly secret: string;
  /** With one attempt, a server that holds another secret looks the same as one that does not answer. */
  readonly attempts?: number;
  /**
   * How long to wait for an answer to the first attempt. Each further attempt waits twice as long (RFC 5080, 2.2.1).
   */
  readonly timeoutMs?: number;
  readonly randomBytes?: (size: number) => Buffer;
}

export type RadiusProbeResult =
  | { readonly outcome: 'ok'; readonly milliseconds: number }
  | { readonly outcome: 'accepts anyone' | 'secret mismatch' | 'no answer'; readonly message: string };

/**
 * Asks a RADIUS server to let in a user who does not exist. Its refusal proves that it listens, that it knows the
 * address of the caller as a RADIUS client, and that both sides hold the same secret.
 *
 * NPS and FreeRADIUS discard a request whose Message-Authenticator was made with another secret (RFC 3579, 3.2), so
 * there is no answer. From the second attempt on, the same question is therefore also sent without a
 * Message-Authenticator. A server with another secret then answers, and its authenticator does not verify. If the
 * server requires the Message-Authenticator, it does not answer this question either, and the result names both
 * possibilities.
 */
export async function sendRadiusProbe(probe: RadiusProbe): Promise<RadiusProbeResult> {
  const { address, port = 1812, secret, attempts = 3, timeoutMs = 1000 } = probe;
  if (!isIPv4(address)) {
    throw failed(
      'RadiusServerInvalid',
      `The RADIUS server must be an IPv4 address, not "${address}".`,
      'address',
    );
  }
  const signed = question(probe.randomBytes ?? randomBytes, secret, true);
  const bare = question(probe.randomBytes ?? randomBytes, secret, false);
  const started = performance.now();
  const socket = createSocket('udp4');
  return new Promise<RadiusProbeResult>((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const end = (result: RadiusProbeResult) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.close();
      resolve(result);
    };
    const silence = (why: string) => end({ outcome: 'no answer', message: `${address}:${port} ${why}` });
    const attempt = (number: number) => {
      if (number > attempts) return silence(silent);
      socket.send(signed.datagram);
      if (number > 1) socket.send(bare.datagram);
      timer = setTimeout(() => attempt(number + 1), timeoutMs * 2 ** (number - 1));
    };
    socket.on('error', (error: NodeJS.ErrnoException) => {
      silence(
        error.code === 'ECONNREFUSED'
          ? 'refused the datagram: nothing listens on that port.'
          : `cannot be reached (${error.code ?? 'unknown error'}).`,
      );
    });
    socket.on('message', (datagram) => {
      const result = judge(datagram, [signed, bare], secret, performance.now() - started);
      if (result) end(result);
    });
    socket.connect(port, address, () => attempt(1));
  });
}

const silent =
  'does not answer. Perhaps it cannot be reached, or it does not know this address as a RADIUS client, or it holds another shared secret and requires the Message-Authenticator.';

interface Question {
  readonly datagram: Buffer;
  readonly identifier: number;
  readonly authenticator: Buffer;
}

function question(random: (size: number) => Buffer, secret: string, isSigned: boolean): Question {
  const authenticator = random(16);
  // The two questions must not be mixed up: their identifiers differ in the last bit.
  const identifier = ((random(1)[0] ?? 0) & 0xfe) | (isSigned ? 0 : 1);
  const attributes = [
    attribute(attributeType.userName, `radius-probe-${random(8).toString('hex')}`),
    attribute(attributeType.userPassword, hidePassword(random(16).toString('hex'), authenticator, secret)),
    attribute(attributeType.nasIdentifier, 'radius-probe'),
  ];
  return {
    identifier,
    authenticator,
    datagram: encodeRequest({ identifier, authenticator, attributes }, secret, isSigned),
  };
}

/** Undefined for a datagram that answers neither question. */
function judge(
  datagram: Buffer,
  questions: readonly Question[],
  secret: string,
  milliseconds: number,
): RadiusProbeResult | undefined {
  let answer: ReturnType<typeof decodePacket>;
  try {
    answer = decodePacket(datagram);
  } catch {
    return undefined;
  }
  const asked = questions.find(({ identifier }) => identifier === answer.identifier);
  if (!asked) return undefined;
  if (!responseIsAuthentic(datagram, asked, secret)) {
    const message = 'The server answers with an authenticator that was made with another shared secret.';
    return { outcome: 'secret mismatch', message };
  }
  if (answer.code === packetCode.accessAccept) {
    const message = 'The server accepted a user who does not exist. It lets everybody connect.';
    return { outcome: 'accepts anyone', message };
  }
  // A challenge also comes from a server that knows the secret and did not let the user in.
  if (answer.code === packetCode.accessReject || answer.code === packetCode.accessChallenge) {
    return { outcome: 'ok', milliseconds: Math.round(milliseconds) };
  }
  return undefined;
}
