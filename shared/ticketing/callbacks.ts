import { failed, VpnRadiusError } from '../core/errors.ts';
import { addressProblem, allowedHost, callbackProblem } from '../deployment/tickets/callback-url.ts';
import { signatureOf } from '../deployment/tickets/signature.ts';
import type { Secrets, Tickets } from '../ports.ts';
import { commonFailure, type Party, unreachableError } from './answers.ts';
import { type HttpsClient, Unreachable } from './https.ts';

const maxAnswerBytes = 64 * 1024;

export interface CallbackOptions {
  readonly allowedHosts: readonly string[];
  /** Name of the Key Vault secret whose value signs the callbacks. Without it, they are not signed. */
  readonly keySecret?: string | undefined;
  readonly secrets: Pick<Secrets, 'read'>;
  readonly client: HttpsClient;
  readonly now: () => Date;
}

/**
 * Answers by a POST to the ticket's `callbackUrl`: the `TicketAnswer` as JSON, with `X-VpnRadius-Delivery` (the
 * answer's id: the same for every attempt), and `X-VpnRadius-Timestamp` and `X-VpnRadius-Signature` when there is a
 * key. Only the status of the other side's answer is read.
 */
export function callbacks(options: CallbackOptions): Tickets {
  const post = signedPost(options);
  return {
    async answer(ticket, answer) {
      const { callbackUrl } = ticket;
      if (callbackUrl === undefined) {
        throw failed('CallbackUrlMissing', 'The ticket has no callbackUrl.', 'ticket.callbackUrl');
      }
      await post(callbackUrl, answer);
    },
  };
}

/** Posts a message to a URL of an allowed host, signed when there is a key. `id` is the same for every attempt. */
export function signedPost({ allowedHosts, keySecret, secrets, client, now }: CallbackOptions) {
  return async (callbackUrl: string, message: { readonly id: string }): Promise<void> => {
    // It was checked when the ticket came. It is checked again, because the setting may have changed while the
    // deployment ran.
    const problem = callbackProblem(callbackUrl, allowedHosts);
    if (problem) throw new VpnRadiusError(problem);
    const url = new URL(callbackUrl);
    const allowed = allowedHost(url, allowedHosts)!;
    const party: Party = {
      prefix: 'Callback',
      label: `The callback to ${url.host}`,
      target: 'ticket.callbackUrl',
    };

    const body = JSON.stringify(message);
    const headers = {
      'Content-Type': 'application/json',
      'X-VpnRadius-Delivery': message.id,
      ...(keySecret !== undefined && (await signed(keySecret, secrets, body, now()))),
    };
    const received = await client({
      method: 'POST',
      url: url.href,
      headers,
      body,
      maxAnswerBytes,
      checkAddresses(addresses) {
        const refused = addressProblem(url, addresses, allowed);
        if (refused) throw new VpnRadiusError(refused);
      },
    }).catch((error: unknown) => {
      throw error instanceof Unreachable ? unreachableError(party, error) : error;
    });

    const failure = commonFailure(party, received);
    if (failure) throw failure;
    if (received.status < 200 || received.status >= 300) {
      throw failed('CallbackRejected', `${party.label} was rejected with ${received.status}.`, party.target);
    }
  };
}

async function signed(keySecret: string, secrets: Pick<Secrets, 'read'>, body: string, now: Date) {
  const key = await secrets.read(keySecret);
  if (!key) {
    throw failed(
      'CallbackKeyMissing',
      `The callback cannot be signed: Key Vault has no secret ${keySecret}, which CALLBACK_KEY_SECRET names.`,
      'CALLBACK_KEY_SECRET',
    );
  }
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'X-VpnRadius-Timestamp': timestamp,
    'X-VpnRadius-Signature': signatureOf(key.value, timestamp, body),
  };
}
