import type { HttpsAnswer, HttpsClient, HttpsRequest } from '../../../shared/ticketing/https.ts';

/** The other side as these answers, one after the other; the last one stays. `sent` keeps what it was asked. */
export function scriptedClient(...answers: readonly (Partial<HttpsAnswer> | Error)[]) {
  const sent: HttpsRequest[] = [];
  const client: HttpsClient = async (request) => {
    sent.push(request);
    const next = answers[Math.min(sent.length, answers.length) - 1];
    if (next instanceof Error) throw next;
    return { status: 200, body: '', isTruncated: false, ...next };
  };
  return { client, sent };
}
