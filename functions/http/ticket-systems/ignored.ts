import type { HttpResponseInit } from '@azure/functions';

/** A webhook that asks for nothing that this app does is no error. */
export const ignored = (reason: string): HttpResponseInit => ({
  status: 200,
  jsonBody: { ignored: true, reason },
});
