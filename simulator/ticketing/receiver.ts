import { createHmac, timingSafeEqual } from 'node:crypto';
import { json, type WireRequest } from '../azure/wire/messages.ts';
import type { Clock } from '../clock.ts';
import { type TicketingFault, type WireHandler, withFaults } from './faults.ts';

export interface Delivery {
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: string;
  /** Undefined when the receiver has no key to verify with. */
  readonly verified: boolean | undefined;
}

export interface Receiver {
  readonly handle: WireHandler;
  readonly faults: TicketingFault[];
  /** Everything that was accepted, in order. A repeated delivery is answered with 200 and not added again. */
  readonly deliveries: readonly Delivery[];
}

export interface ReceiverOptions {
  /** What an earlier receiver accepted, which this one continues. */
  readonly earlier?: readonly Delivery[];
  readonly clock: Clock;
  /** The key of `X-VpnRadius-Signature`. A request with a wrong signature is answered with 401. */
  readonly key?: string;
}

/**
 * The receiver at a `callbackUrl`: verifies and keeps what is posted to it, as `docs/tickets.md` tells receivers to do.
 */
export function receiver({ clock, key, earlier = [] }: ReceiverOptions): Receiver {
  const deliveries: Delivery[] = [...earlier];
  const faults: TicketingFault[] = [];

  const handle: WireHandler = (request) => {
    if (request.method !== 'POST') return json(405, { error: 'post the answer of a ticket here' });
    const verified = key === undefined ? undefined : isSigned(request, key);
    if (verified === false) return json(401, { error: 'X-VpnRadius-Signature does not fit' });
    const id = request.headers['x-vpnradius-delivery'];
    const isRepeat = deliveries.some(({ headers }) => headers['x-vpnradius-delivery'] === id);
    if (!isRepeat) {
      deliveries.push({
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: request.body ?? '',
        at: clock.now().toISOString(),
        verified,
      });
    }
    return json(200, { received: true, repeated: isRepeat });
  };
  return { handle: withFaults(handle, faults), faults, deliveries };
}

function isSigned({ headers, body = '' }: WireRequest, key: string): boolean {
  const expected = createHmac('sha256', key)
    .update(`${headers['x-vpnradius-timestamp']}.${body}`, 'utf8')
    .digest();
  const given = Buffer.from(headers['x-vpnradius-signature']?.replace(/^v1=/, '') ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
