import { garbled } from '../../azure/faults.ts';
import { ConnectionDropped, type WireResponse } from '../../azure/wire/messages.ts';
import type { Wire } from '../../local/world.ts';
import { type Disturbance, disturbances, type Effect } from '../disturbances.ts';
import { noTokensForAMinute, silence } from './patience.ts';
import { refusalOf, type Service, serviceOf, wordsOf } from './services.ts';

/** A request of the app, as the undisturbed flow sends it. */
export interface Sent {
  readonly service: Service;
  readonly method: string;
  readonly what: string;
  /** Whether its answer has a body, of which part may be lost. */
  readonly hasBody: boolean;
}

/** What may happen to requests; each is asked about once, as it comes. */
export interface Disturber {
  /** What happens to this request, the `at`th from 0. */
  disturb?(sent: Pick<Sent, 'service' | 'method' | 'what'>, at: number): Disturbance | undefined;
  /** When a request was carried out, and its answer is on its way. */
  answered?(sent: Pick<Sent, 'method' | 'what'>, at: number): void;
}

/** The way to everything that stands around the app, and what was sent on it. */
export function disturbedWire({ disturb, answered }: Disturber): {
  readonly wire: Wire;
  readonly requests: readonly Sent[];
} {
  const requests: Sent[] = [];
  const wire: Wire = async (request, answer) => {
    const at = requests.length;
    const service = serviceOf(new URL(request.url).pathname);
    const sent = { service, method: request.method, what: wordsOf(request), hasBody: false };
    requests.push(sent);
    const carriedOut = async () => {
      const response = await answer();
      sent.hasBody = (response.bytes ?? response.body).length > 0;
      answered?.(sent, at);
      return response;
    };
    const fault = disturb?.(sent, at);
    return fault === undefined ? carriedOut() : disturbed(disturbances[fault], service, carriedOut);
  };
  return { wire, requests };
}

async function disturbed(
  effect: Effect,
  service: Service,
  answer: () => Promise<WireResponse>,
): Promise<WireResponse> {
  switch (effect.kind) {
    case 'respond':
      if (service === 'identity' && (effect.status === 429 || effect.status >= 500)) noTokensForAMinute();
      return refusalOf(service, effect);
    case 'garble':
      return garbled(await answer(), effect.body);
    default:
      if (effect.acted) await answer();
      if (effect.kind === 'silence') return silence();
      throw new ConnectionDropped();
  }
}
