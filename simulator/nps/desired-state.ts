import { z } from 'zod';

const radiusClient = z.strictObject({
  name: z.string().min(1),
  address: z.union([z.cidrv4(), z.ipv4()]),
  vendor: z.string().min(1).default('RADIUS Standard'),
  authAttributeRequired: z.boolean().default(false),
  enabled: z.boolean().default(true),
});

const desiredState = z.strictObject({
  radiusClients: z.array(radiusClient).min(1),
  networkPolicy: z.strictObject({
    name: z.string().min(1),
    grant: z.boolean().default(true),
    authenticationMethods: z.array(z.enum(['EAP', 'PAP'])).min(1),
  }),
  mfaExtension: z.enum(['require', 'install', 'skip']),
  mfaInstaller: z
    .strictObject({ source: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/i) })
    .optional(),
  mfaEndpoints: z.array(z.string().min(1)).optional(),
  blastRadius: z
    .strictObject({
      limitProxyState: z.boolean().default(true),
      requireMessageAuthenticator: z.boolean().default(false),
    })
    .default({ limitProxyState: true, requireMessageAuthenticator: false }),
  secretProofKey: z.base64().optional(),
});

/** What a run command wants of the server: the JSON behind the parameter `DesiredState`. */
export type DesiredState = z.infer<typeof desiredState>;

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

/** The desired state out of base64 of UTF-8 JSON; throws `DesiredStateInvalid` naming every wrong field. */
export function parseDesiredState(base64: string | undefined): DesiredState {
  const invalid = (message: string, target?: string) => new NpsError('DesiredStateInvalid', message, target);
  if (!base64) throw invalid('DesiredState is missing: base64 of UTF-8 JSON is expected.', 'DesiredState');
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')));
  } catch {
    throw invalid('DesiredState is not base64 of UTF-8 JSON.', 'DesiredState');
  }
  const parsed = desiredState.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'DesiredState'}: ${message}`,
    );
    throw invalid(issues.join('; '), parsed.error.issues[0]?.path.join('.'));
  }
  if (parsed.data.mfaExtension === 'install' && !parsed.data.mfaInstaller) {
    throw invalid('mfaInstaller: required with mfaExtension "install" (source and sha256).', 'mfaInstaller');
  }
  return parsed.data;
}

/** The shared secret out of its parameter; undefined when the parameter is absent. Throws `SecretInvalid`, never quoting it. */
export function parseSecret(base64: string | undefined): string | undefined {
  if (base64 === undefined || base64 === '') return undefined;
  const secret = Buffer.from(base64, 'base64').toString('utf8');
  // The rule of the other side: a gateway takes 1 to 128 printable ASCII characters.
  if (!/^[\x20-\x7e]{1,128}$/.test(secret)) {
    throw new NpsError(
      'SecretInvalid',
      'SharedSecret must be base64 of 1 to 128 printable ASCII characters.',
      'SharedSecret',
    );
  }
  return secret;
}
