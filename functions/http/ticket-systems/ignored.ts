import type { HttpResponseInit } from '@azure/functions';

/** A webhook that asks for nothing is no error: its sender must not send it again. */
export const ignored = (reason: string): HttpResponseInit => ({
  status: 200,
  jsonBody: { ignored: true, reason },
});
