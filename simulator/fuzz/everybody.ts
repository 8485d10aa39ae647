import { type JsonObject, object } from '../azure/wire/messages.ts';
import type { Local } from '../local/local.ts';
import { appOf } from '../rehearsal/app.ts';

export const roles = ['Reader', 'Requester', 'Approver', 'Operator', 'TicketSystem'] as const;

export const inBase64 = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64');
/** What App Service authentication sends about a person who has signed in with Entra. */
export const claimsOf = (has: readonly string[]) => ({
  auth_typ: 'aad',
  claims: [
    { typ: 'oid', val: 'ada00000-0000-4000-8000-000000000001' },
    { typ: 'preferred_username', val: 'ada@contoso.com' },
    ...has.map((val) => ({ typ: 'roles', val })),
  ],
  name_typ: 'name',
  role_typ: 'roles',
});
export const principal = (has: readonly string[]) => inBase64(claimsOf(has));

/** Work that was started and can be followed. */
export interface Started {
  readonly id: string;
  readonly statusUrl: string;
}

const limitMinutes = 24 * 60;

/** The API for a person who has every role, with and without sign-in. */
export function everybodyAt(local: Local) {
  const headers = { 'x-ms-client-principal': principal(roles) };
  const call = (method: string, path: string, body?: unknown) =>
    appOf(local).call(method, path, body, headers);
  return {
    call,
    async started(path: string, body: JsonObject): Promise<Started> {
      const answer = await call('POST', path, body);
      const { id, statusUrl } = object(answer.body);
      if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return { id: String(id), statusUrl: statusPath(statusUrl) };
    },
    /** Lets time pass until it has that status. */
    until: ({ statusUrl }: Started, status: string) =>
      local.host.runUntil(async () => object((await call('GET', statusUrl)).body).status === status, {
        limitMinutes,
      }),
  };
}

/** A status URL as the path of a call. */
export const statusPath = (url: unknown) => new URL(String(url), 'http://localhost').pathname;
