import { isIPv4 } from 'node:net';
import { normalizeCidr } from 'cidr-tools';
import * as z from 'zod';

// A quotation mark or a control character would end an argument of netsh too early.
const text = z.string().regex(/^(?=.*\S)[^"\p{Cc}]{1,255}$/u, 'must be a text without quotation marks');

const prefix = z.string().refine((address) => {
  const [ip = '', length = '32', ...more] = address.split('/');
  const isPrefix = more.length === 0 && isIPv4(ip) && /^\d{1,2}$/.test(length) && Number(length) <= 32;
  return isPrefix && normalizeCidr(`${ip}/${length}`) === `${ip}/${length}`;
}, 'must be an IPv4 address or prefix without host bits');

const unique = (field: 'name' | 'address') => (clients: { name: string; address: string }[]) =>
  new Set(clients.map((client) => client[field].toLowerCase())).size === clients.length;

const radiusClients = z
  .array(
    z.object({
      name: text,
      address: prefix,
      vendor: text.default('RADIUS Standard'),
      authAttributeRequired: z.boolean().default(false),
      enabled: z.boolean().default(true),
    }),
  )
  .min(1)
  .refine(unique('name'), 'two clients have the same name')
  .refine(unique('address'), 'two clients have the same address');

const groupPolicies = z
  .object({
    prefix: text,
    wanted: z
      .array(
        z.object({ group: text, windowsGroup: text, attribute: z.string().regex(/^6ad1bd[0-9a-f]{2}$/i) }),
      )
      .default([])
      .refine(
        (wanted) =>
          new Set(wanted.map(({ attribute }) => attribute.toLowerCase())).size === wanted.length &&
          new Set(wanted.map(({ group }) => group.toLowerCase())).size === wanted.length,
        'two have the same group or attribute',
      ),
  })
  .optional();

/** Ids of changes. Undefined: nothing was approved, and the usual rules of refusal apply. */
const approvedChanges = z.array(z.string()).optional();

const desiredState = z
  .object({
    ensure: z.literal('present').default('present'),
    radiusClients,
    networkPolicy: z
      .object({
        kind: z.enum(['named', 'own', 'auto']).default('named'),
        name: text.optional(),
        ownName: text.optional(),
        ownPrefix: text.optional(),
        grant: z.boolean().default(true),
        authenticationMethods: z.array(z.enum(['EAP', 'PAP'])).min(1),
      })
      .refine(({ kind, name }) => kind === 'own' || name, { path: ['name'], message: 'is missing' })
      .refine(({ kind, ownName }) => kind === 'named' || ownName, {
        path: ['ownName'],
        message: 'is missing',
      }),
    groupPolicies,
    mfaExtension: z.enum(['require', 'install', 'skip']),
    mfaInstaller: z
      .object({
        source: z
          .string()
          .regex(/^(https:\/\/|(?![a-z][a-z0-9+.-]*:\/\/))\S/i, 'must be an https address or a path'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/i)
          .optional(),
      })
      .optional(),
    mfaEndpoints: z
      .array(z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i))
      .default([
        'login.microsoftonline.com',
        'credentials.azure.com',
        'strongauthenticationservice.auth.microsoft.com',
        'adnotifications.windowsazure.com',
      ]),
    blastRadius: z
      .object({
        limitProxyState: z.boolean().default(true),
        requireMessageAuthenticator: z.boolean().default(false),
      })
      .default({ limitProxyState: true, requireMessageAuthenticator: false }),
    secretProofKey: z.base64().optional(),
    secretKey: z.boolean().default(false),
    approvedChanges,
    brief: z.boolean().default(false),
  })
  // It is not documented whether the gateway signs PAP. EAP is always signed (RFC 3579).
  .refine(
    (wish) =>
      !wish.blastRadius.requireMessageAuthenticator ||
      !wish.networkPolicy.authenticationMethods.includes('PAP'),
    { path: ['blastRadius', 'requireMessageAuthenticator'], message: 'can only be true without PAP' },
  )
  .refine((wish) => wish.mfaExtension !== 'install' || wish.mfaInstaller, {
    path: ['mfaInstaller'],
    message: 'is needed with mfaExtension "install"',
  });

/** The removal: what Set made for one gateway alone is removed. */
const absentState = z
  .object({
    ensure: z.literal('absent'),
    radiusClients,
    networkPolicy: z.object({ ownName: text }),
    groupPolicies,
    approvedChanges,
  })
  .transform(
    ({ networkPolicy: { ownName }, ...others }): DesiredState => ({
      ...others,
      networkPolicy: { kind: 'own', ownName, grant: true, authenticationMethods: [] },
      mfaExtension: 'skip',
      mfaEndpoints: [],
      blastRadius: { limitProxyState: false, requireMessageAuthenticator: false },
      secretKey: false,
      brief: false,
    }),
  );

/** What a run command wants of the server: the JSON of the parameter `DesiredState`. */
export type DesiredState = Omit<z.infer<typeof desiredState>, 'ensure'> & {
  readonly ensure: 'present' | 'absent';
};
export type DesiredClient = DesiredState['radiusClients'][number];

/** An error of the run command's contract: a stable code, and what it is about. */
export class NpsError extends Error {
  readonly code: string;
  readonly target: string | undefined;

  constructor(code: string, message: string, target?: string) {
    super(message);
    this.code = code;
    this.target = target;
  }
}

function decodeBase64(value: string, target: string): string {
  if (!z.base64().safeParse(value).success) {
    throw new NpsError('DesiredStateInvalid', `${target} is not base64.`, target);
  }
  return Buffer.from(value, 'base64').toString('utf8');
}

/**
 * Reads the desired state from base64 of UTF-8 JSON. Throws `DesiredStateInvalid` with the name of every wrong field.
 */
export function parseDesiredState(base64: string | undefined): DesiredState {
  const target = 'DesiredState';
  let json: unknown;
  try {
    json = JSON.parse(decodeBase64(base64 ?? '', target));
  } catch {
    throw new NpsError('DesiredStateInvalid', 'DesiredState is not base64 of a JSON object.', target);
  }
  const isAbsent = (json as { ensure?: unknown } | null)?.ensure === 'absent';
  const parsed = (isAbsent ? absentState : desiredState).safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const told = issues.map(({ path, message }) => `${path.join('.') || target}: ${message}`);
  throw new NpsError('DesiredStateInvalid', told.join('; '), issues[0]?.path.join('.') || target);
}

/**
 * Reads the shared secret from its parameter, encrypted for the server (`rsa:`) or in base64. Undefined when the
 * parameter is absent. Throws `SecretInvalid`, and never quotes the secret.
 */
export function parseSecret(
  parameter: string | undefined,
  unseal: (sealed: string) => string,
): string | undefined {
  if (!parameter) return undefined;
  const secret = parameter.startsWith('rsa:')
    ? unseal(parameter.slice('rsa:'.length))
    : decodeBase64(parameter, 'SharedSecret');
  // This is the rule of the gateway, which is stricter than that of NPS.
  if (!/^[\x20-\x7e]{1,128}$/.test(secret) || secret !== secret.trim()) {
    throw new NpsError(
      'SecretInvalid',
      'The shared secret must be 1 to 128 printable ASCII characters, without spaces at its ends.',
      'SharedSecret',
    );
  }
  return secret;
}
