import type { NpsAnswer } from './facts.ts';

/** What stands for the answer of a RADIUS server of which nobody knows the machine. */
export function unknownHost(address: string): NpsAnswer {
  const message = `No deployment and no entry of DEFAULT_NPS_SERVERS says which machine ${address} is.`;
  return { host: address, problem: { code: 'NpsHostUnknown', message }, down: false };
}
