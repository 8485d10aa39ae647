import * as z from 'zod';
import { failed } from '../core/errors.ts';
import { jsonIn } from '../core/json-parts.ts';
import type { Secrets } from '../ports.ts';
import { commonFailure, type Party, unreachableError } from './answers.ts';
import { type HttpsClient, Unreachable } from './https.ts';

const clientCredentials = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  tokenUrl: z.url({ protocol: /^https$/ }).optional(),
  scope: z.string().optional(),
  audience: z.string().optional(),
});

export type Credential =
  | { readonly kind: 'fixed'; readonly authorization: string }
  | ({ readonly kind: 'clientCredentials' } & z.infer<typeof clientCredentials>);

/**
 * What a credential secret holds: `user:password` (Jira: `email:token`), `bearer <token>`, or the JSON of OAuth client
 * credentials `{"clientId", "clientSecret", "tokenUrl"?, "scope"?, "audience"?}`. Undefined when it is none of these.
 */
function parseCredential(value: string): Credential | undefined {
  const text = value.trim();
  if (text.startsWith('{')) {
    try {
      const { data } = clientCredentials.safeParse(JSON.parse(text));
      return data && { kind: 'clientCredentials', ...data };
    } catch {
      return undefined;
    }
  }
  const [, token] = /^bearer\s+(\S+)$/i.exec(text) ?? [];
  if (token) return { kind: 'fixed', authorization: `Bearer ${token}` };
  return /^[^:\s]+:./s.test(text)
    ? { kind: 'fixed', authorization: `Basic ${Buffer.from(text, 'utf8').toString('base64')}` }
    : undefined;
}

export interface AuthorizationOptions {
  readonly party: Party;
  /** The setting that names the secret, for errors. */
  readonly setting: string;
  readonly secretName: string;
  readonly defaultTokenUrl: string;
  readonly secrets: Pick<Secrets, 'read'>;
  readonly client: HttpsClient;
  readonly now: () => Date;
}

export interface Authorization {
  /** The value of the header `Authorization`. Access tokens are kept in memory until a minute before they expire. */
  header(): Promise<string>;
  /** Drops a kept access token. False when there was none: then asking again would give the same header. */
  forget(): boolean;
}

export function authorization(options: AuthorizationOptions): Authorization {
  const { party, setting, secretName, secrets, now } = options;
  let kept: { readonly header: string; readonly until: number } | undefined;

  return {
    async header() {
      if (kept && kept.until > now().getTime()) return kept.header;
      // Read each time, so that a new version of the secret takes effect without a restart.
      const secret = await secrets.read(secretName);
      if (!secret) {
        throw failed(
          'TicketSystemCredentialMissing',
          `Key Vault has no secret ${secretName}, which ${setting} names.`,
          setting,
        );
      }
      const credential = parseCredential(secret.value);
      if (!credential) {
        throw failed(
          'TicketSystemCredentialInvalid',
          `The secret ${secretName} is neither user:password, nor "bearer <token>", nor the JSON of OAuth client credentials.`,
          setting,
        );
      }
      if (credential.kind === 'fixed') return credential.authorization;
      const { token, expiresIn } = await accessToken(credential, options);
      kept = { header: `Bearer ${token}`, until: now().getTime() + (expiresIn - 60) * 1000 };
      return kept.header;
    },
    forget() {
      const wasKept = kept !== undefined;
      kept = undefined;
      return wasKept;
    },
  };

  async function accessToken(
    credential: Extract<Credential, { kind: 'clientCredentials' }>,
    { client, defaultTokenUrl }: AuthorizationOptions,
  ) {
    const { clientId, clientSecret, tokenUrl, scope, audience } = credential;
    const answer = await client({
      method: 'POST',
      url: tokenUrl ?? defaultTokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        ...(scope !== undefined && { scope }),
        ...(audience !== undefined && { audience }),
      }).toString(),
      maxAnswerBytes: 64 * 1024,
    }).catch((error: unknown) => {
      throw error instanceof Unreachable ? unreachableError(party, error) : error;
    });
    const failure = commonFailure(party, answer);
    if (failure) throw failure;
    const granted = tokenAnswer.safeParse(jsonIn(answer.body)).data;
    if (answer.status !== 200 || !granted) {
      throw failed(
        'TicketSystemUnauthorized',
        `The token endpoint of ${party.label} gave no access token for the client credentials in ${secretName} (${answer.status}).`,
        setting,
      );
    }
    return { token: granted.access_token, expiresIn: granted.expires_in };
  }
}

/** ServiceNow writes `expires_in` as a number, some proxies as text. RFC 6749 allows it to be left out. */
const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().default(300) });
