import { z } from 'zod';
import { failed, type VpnRadiusError } from '../core/errors.ts';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const problem = z.object({ code: z.string(), message: z.string(), target: text });
const finding = z.object({
  id: z.string(),
  severity: z.enum(['high', 'medium', 'low', 'info']),
  message: z.string(),
  fix: z.string(),
});
const state = z.object({
  server: z.object({
    name: z.string(),
    os: z.string(),
    npasInstalled: z.boolean(),
    serviceRunning: z.boolean(),
    sidTypeUnrestricted: flag,
  }),
  radiusClients: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      vendor: z.string(),
      enabled: z.boolean(),
      authAttributeRequired: z.boolean(),
      secretProof: text,
    }),
  ),
  /** How many clients of others share the server, and what it keeps for all of them. */
  otherRadiusClients: z.number().nullish(),
  networkPolicy: z.object({
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
  blastRadius: z.object({ limitProxyState: flag, requireMessageAuthenticator: flag }),
  audit: z.object({ success: flag, failure: flag }),
  firewallOpen: flag,
});
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const common = {
  changed: z.boolean().default(false),
  changes: list(z.string()),
  findings: list(finding),
};
const done = z.object({ ...common, state });
const notDone = z.object({ ...common, error: problem });

export type NpsState = z.infer<typeof state>;

/** What an NPS server answered: its state, or the error of an operation that failed and what it had changed by then. */
export type NpsResult = z.infer<typeof done> | z.infer<typeof notDone>;

/**
 * The last line of a run command's output that is a JSON object. Throws `NpsOutputUnreadable`, which never quotes the
 * output: a broken engine may print what it was given.
 */
export function parseNpsResult(output: string): NpsResult {
  const json = lastObject(output);
  if (!json) throw unreadable(whyWithout(output));
  const parsed = 'error' in json ? notDone.safeParse(json) : done.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw unreadable(`its field ${path.join('.')} is not as agreed (${message})`);
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

/** Run commands keep the last 4,096 bytes of the output ("Run scripts in your VM", restrictions), so a cut takes the beginning. */
function whyWithout(output: string): string {
  if (output.trim() === '') return 'it is empty';
  if (new TextEncoder().encode(output).length >= 4096)
    return 'it was cut at 4,096 bytes, so that the result is not whole';
  return 'it holds no line of JSON';
}

function unreadable(why: string): VpnRadiusError {
  return failed(
    'NpsOutputUnreadable',
    `The output of the NPS server cannot be read: ${why}. Look at the run command on the server, then try again.`,
  );
}
