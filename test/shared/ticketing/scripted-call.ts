import type { TicketSystemCall } from '../../../shared/ticketing/ticket-system.ts';

/** A ticket system as these answers, one after the other; `asked` is each method and path, with the body if there is one. */
export function scriptedCall(...answers: unknown[]) {
  const asked: unknown[][] = [];
  const call: TicketSystemCall = async (_, method, path, body) => {
    asked.push([method, decodeURIComponent(path), ...(body === undefined ? [] : [body])]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { call, asked };
}
