import * as z from 'zod';
import { failed, type VpnRadiusError } from '../core/errors.ts';
import { isSecretKey } from './sealed-secret.ts';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const problem = z.object({ code: z.string(), message: z.string(), target: text });

/** `id` is the id of a check. The table of checks has its severity and fix. */
const finding = z
  .object({
    id: z.string(),
    message: z.string(),
    /** The RADIUS client of the desired state that it is about. Without it, the finding is about the server. */
    client: text,
  })
  .transform(({ client, ...told }) => ({ ...told, ...(client && { client }) }));

/**
 * One change that `Set` would make. `id` is what an approval names. `own`: the RADIUS client, policy or firewall rule
 * of this gateway alone. `shared`: a network policy that may also match users of other RADIUS clients. `server`: a
 * setting of the whole server. `asks`: `Set` makes the change only when `approvedChanges` names it; otherwise it stays
 * a finding.
 */
const change = z.object({
  id: z.string(),
  what: z.string(),
  scope: z.enum(['own', 'shared', 'server']),
  restart: z
    .boolean()
    .nullish()
    .transform((restart) => restart ?? false),
  asks: z
    .boolean()
    .nullish()
    .transform((asks) => asks ?? false),
});

const signInGates = [
  'service',
  'ports',
  'client',
  'request-policy',
  'directory',
  'network-policy',
  'dial-in',
  'method',
  'mfa-loaded',
  'mfa-registered',
  'mfa-certificate',
  'mfa-principal',
  'mfa-codes',
] as const;
export type SignInGate = (typeof signInGates)[number];

/**
 * How far a request of the gateway gets, gate by gate in the order of `signInGates`, by the rules of NPS. Gates before
 * `refusedBy` let it through, except those in `unknown`, which the server cannot judge.
 */
const signInPath = z.object({
  client: z.string(),
  tunnel: z.enum(['IkeV2', 'OpenVPN']),
  /** Whether the path is that of a request with MS-RAS-Vendor 311. If left out, the path is the same in both cases. */
  vendor311: flag,
  /** The network policy that decides. */
  policy: text,
  refusedBy: z.enum(signInGates).nullish(),
  why: text,
  unknown: list(z.enum(signInGates)),
});

const state = z.object({
  server: z.object({
    name: z.string(),
    os: z.string(),
    npasInstalled: z.boolean(),
    serviceRunning: z.boolean(),
    sidTypeUnrestricted: flag,
    /** Public part (RSA modulus, base64; exponent 65537) of the key with which a secret can be sent to this server. */
    secretKey: z.string().refine(isSecretKey, 'is no RSA modulus of 2048 bits').nullish(),
  }),
  /** The server's own IPv4 addresses. */
  addresses: z.array(z.string()).nullish(),
  radiusClients: z.array(
    z.object({
      name: z.string(),
      /**
       * The name of the client on the server, when a client that somebody made by hand, with another name, is used for
       * the wanted one.
       */
      heldAs: text,
      address: z.string(),
      vendor: z.string(),
      enabled: z.boolean(),
      authAttributeRequired: z.boolean(),
      secretProof: text,
    }),
  ),
  /**
   * In a brief answer: of each RADIUS client of the desired state, in its order, the first half of the proof when it is
   * as wanted; an empty text for one that is in `radiusClients` or missing.
   */
  clientsAsWanted: z.array(z.string()).nullish(),
  /**
   * Clients made by hand whose addresses are inside the address of a wanted one (`client`). NPS prefers them. Similar
   * ones are reported together.
   */
  narrowerClients: z
    .array(z.object({ client: z.string(), named: z.string(), enabled: z.boolean(), secretProof: text }))
    .nullish(),
  /** How many clients of others use the server. The settings after it apply to all of them. */
  otherRadiusClients: z.number().nullish(),
  networkPolicy: z.object({
    /** `own`: made only for the first RADIUS client of the desired state. */
    kind: z.enum(['own', 'named']).nullish(),
    name: z.string(),
    exists: z.boolean(),
    enabled: flag,
    grant: flag,
    order: z.number().nullish(),
    authenticationMethods: z.array(z.string()).nullish(),
  }),
  mfa: z.object({
    installed: z.boolean(),
    version: text,
    loaded: z.boolean(),
    tenantId: text,
    certificate: z.object({ thumbprint: z.string(), notAfter: z.string() }).nullish(),
    requireUserMatch: flag,
    overrideNumberMatching: text,
    ipWhitelist: text,
    endpointsReachable: flag,
  }),
  blastRadius: z.object({
    limitProxyState: flag,
    requireMessageAuthenticator: flag,
    /** Settings that only audit: they are neither off nor on. */
    audit: z.array(z.enum(['limitProxyState', 'requireMessageAuthenticator'])).nullish(),
  }),
  audit: z.object({ success: flag, failure: flag }),
  firewallOpen: flag,
});

const common = {
  changed: z.boolean().default(false),
  findings: list(finding),
  /** How many did not fit into the answer. */
  findingsOmitted: z.number().default(0),
  changesOmitted: z.number().default(0),
};
/** In `Get` and `Test`, `changes` is what `Set` would do. In `Set`, it is what it did. */
const changes = list(change);
const paths = list(signInPath).transform((told) =>
  told.flatMap((path) =>
    typeof path.vendor311 === 'boolean'
      ? [{ ...path, vendor311: path.vendor311 }]
      : [true, false].map((vendor311) => ({ ...path, vendor311 })),
  ),
);
/** `left`: things that should be absent, but that somebody changed after `Set` made them, so they stay. */
const done = z.object({ ...common, changes, signInPath: paths, left: list(z.string()), state });
const notDone = z.object({ ...common, changes, error: problem });

export type NpsState = z.infer<typeof state>;
export type NpsFinding = z.infer<typeof finding>;
export type NpsChange = z.infer<typeof change>;
/** The error of an operation that failed, with what it had changed until then and not undone. */
export type NpsFailed = z.infer<typeof notDone>;
/** The whole answer of a server that did as it was told. */
export type NpsAnswered = z.infer<typeof done>;

export type NpsResult = NpsAnswered | NpsFailed;

/**
 * The last line of a run command's output that is a JSON object. Throws `NpsOutputUnreadable`, which never quotes the
 * output, because a broken engine may print what it was given.
 */
export function parseNpsResult(output: string): NpsResult {
  const json = lastObject(output);
  if (!json) throw unreadable(whyWithout(output));
  const parsed = 'error' in json ? notDone.safeParse(json) : done.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw unreadable(`its field ${path.join('.')} has an unexpected value (${message})`);
}

function lastObject(output: string): object | undefined {
  for (const line of output.split(/\r?\n/).reverse()) {
    if (!line.trim().startsWith('{')) continue;
    try {
      return JSON.parse(line) as object;
    } catch {
      // Not a whole object: a warning that begins with a brace, or a line that was cut.
    }
  }
  return undefined;
}

/**
 * Run commands keep the last 4,096 bytes of the output ("Run scripts in your VM", restrictions), so the beginning is
 * lost.
 */
function whyWithout(output: string): string {
  if (output.trim() === '') return 'it is empty';
  if (new TextEncoder().encode(output).length >= 4096)
    return 'it was cut at 4,096 bytes, so the result is not complete';
  return 'it holds no line of JSON';
}

function unreadable(why: string): VpnRadiusError {
  return failed(
    'NpsOutputUnreadable',
    `The output of the NPS server cannot be read: ${why}. Look at the run command on the server, then try again.`,
  );
}
