import type { NpsAnswer } from './facts.ts';

/** Used instead of an answer, for a RADIUS server whose machine nobody knows. */
export function unknownHost(address: string): NpsAnswer {
  const message = `No deployment and no entry of DEFAULT_NPS_SERVERS says which machine ${address} is.`;
  return { host: address, problem: { code: 'NpsHostUnknown', message }, isDown: false };
}
