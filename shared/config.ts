import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { findingTicketsTo } from './compliance/finding-ticket.ts';
import { repairWindow } from './compliance/repair-window.ts';
import { waiverList } from './compliance/waivers/waivers.ts';
import { type Failure, type Problem, refused } from './core/errors.ts';
import { isIpv4Prefix, prefixLength } from './core/prefixes.ts';
import { wrongFields } from './core/wrong-fields.ts';
import { guardrails } from './deployment/guardrails/guardrails.ts';
import { radiusServerList, sku } from './deployment/request.ts';
import { jiraFields } from './deployment/tickets/jira-ticket.ts';
import { jiraWorkflow } from './deployment/tickets/jira-workflow.ts';
import { serviceNowStates } from './deployment/tickets/servicenow-states.ts';
import { serviceNowFields } from './deployment/tickets/servicenow-ticket.ts';

/** The settings of the app, read once at the start. `local.settings.sample.json` lists them in the same order. */
export type Settings = z.infer<typeof settings>;

const url = z.url({ protocol: /^https$/, error: 'must be an https URL' });
const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[,;\s]+/).filter((entry) => entry !== ''));
const secretName = z
  .string()
  .regex(/^[0-9a-z-]{1,127}$/i, 'must be the name of a Key Vault secret, not its value');
const ncrontab = z
  .string()
  .regex(/^(\S+\s+){5}\S+$/, 'must be an NCRONTAB expression of six fields, such as 0 0 5 * * *');
const daysSetting = (otherwise: number) =>
  z.coerce
    .number({ error: 'must be a number of days' })
    .int('must be a whole number of days')
    .min(1, 'must be at least 1')
    .default(otherwise);

const settings = z.object({
  AZURE_RESOURCE_MANAGER_ENDPOINT: url.default('https://management.azure.com'),
  AZURE_AUTHORITY_HOST: url.default('https://login.microsoftonline.com'),
  KEY_VAULT_URL: url,
  SUBSCRIPTION_IDS: list.pipe(z.array(z.guid('must be subscription ids, separated by commas'))),
  DEFAULT_NPS_SERVERS: json(radiusServerList, '[]'),
  DEFAULT_GATEWAY_SKU: sku.default('VpnGw1AZ'),
  P2S_POOL_SUPERNET: z
    .string()
    .refine(isIpv4Prefix, 'must be an IPv4 prefix without host bits, such as 172.16.0.0/12')
    .refine((text) => !isIpv4Prefix(text) || prefixLength(text) <= 24, 'must hold at least one /24')
    .default('172.16.0.0/12'),
  COMPLIANCE_SCHEDULE: ncrontab.default('0 0 5 * * *'),
  COMPLIANCE_REMEDIATE: z.enum(['never', 'safe'], { error: 'must be never or safe' }).default('never'),
  SECRET_MAX_AGE_DAYS: daysSetting(180),
  EVENT_TOPIC_ENDPOINT: url.optional(),
  SERVICENOW_INSTANCE: url.optional(),
  SERVICENOW_CREDENTIAL_SECRET: secretName.optional(),
  JIRA_BASE_URL: url.optional(),
  JIRA_CREDENTIAL_SECRET: secretName.optional(),
  CALLBACK_ALLOWED_HOSTS: list,
  AUTH_MODE: z.enum(['key', 'entra'], { error: 'must be key or entra' }).default('key'),
  GUARDRAILS: json(guardrails, '{}', contentOf),
  CALLBACK_KEY_SECRET: secretName.optional(),
  SERVICENOW_WEBHOOK_SECRET: secretName.optional(),
  SERVICENOW_FIELDS: json(serviceNowFields, '{}'),
  SERVICENOW_STATES: json(serviceNowStates, '{}'),
  JIRA_WEBHOOK_SECRET: secretName.optional(),
  JIRA_FIELDS: json(jiraFields, '{}'),
  JIRA_WORKFLOW: json(jiraWorkflow, '{}'),
  PRICES_ENDPOINT: url.default('https://prices.azure.com'),
  RADIUS_PROBE: z.enum(['on', 'off'], { error: 'must be on or off' }).default('off'),
  RADIUS_PROBE_SUBNET: z
    .string()
    .refine(isIpv4Prefix, 'must be the IPv4 prefix of the subnet that the app calls from, without host bits')
    .optional(),
  RADIUS_PROBE_TARGETS: json(
    z.record(
      z.ipv4('must be the address of a RADIUS server'),
      z.string().regex(/^[\d.]+:\d{1,5}$/, 'must be address:port'),
    ),
    '{}',
  ),
  MFA_INSTALLER_SOURCE: z.string().optional(),
  MFA_INSTALLER_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in 64 hexadecimal digits')
    .optional(),
  MFA_ENDPOINTS: list,
  COMPLIANCE_REPAIR_WINDOW: repairWindow.optional(),
  COMPLIANCE_WAIVERS: json(waiverList, '[]', contentOf),
  COMPLIANCE_TICKETS: json(findingTicketsTo, 'null'),
  HOUSEKEEPING_SCHEDULE: ncrontab.default('0 30 3 * * *'),
  INSTANCE_RETENTION_DAYS: daysSetting(30),
  REPORT_RETENTION_DAYS: daysSetting(90),
  RECORD_RETENTION_DAYS: daysSetting(2555),
  AZURE_ROLE_NAME: z.string().default('VPN RADIUS'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z.string().optional(),
  REPORT_FOLDER: z.string().optional(),
  AzureWebJobsStorage: z.string().optional(),
  AzureWebJobsStorage__accountName: z.string().optional(),
  AzureWebJobsStorage__blobServiceUri: url.optional(),
  AzureWebJobsStorage__tableServiceUri: url.optional(),
});

/** In the order of `local.settings.sample.json`. */
export const settingNames: readonly string[] = Object.keys(settings.shape);

/** Settings that have no meaning without each other. */
const pairs = [
  ['SERVICENOW_INSTANCE', 'SERVICENOW_CREDENTIAL_SECRET'],
  ['JIRA_BASE_URL', 'JIRA_CREDENTIAL_SECRET'],
  ['MFA_INSTALLER_SOURCE', 'MFA_INSTALLER_SHA256'],
] as const;

/** Reads the settings; throws one `InvalidSettings` that lists everything that is missing, wrong or contradictory. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const parsed = settings.safeParse(given);
  const problems: Problem[] = (parsed.error?.issues ?? []).flatMap(wrongFields).map(({ message, target }) => {
    const [, name = '', at = ''] = /^(\w+)\.?(.*)$/.exec(target ?? '') ?? [];
    return given[name] === undefined
      ? { code: 'SettingMissing', message: `${name} is not set`, target: name }
      : { code: 'SettingInvalid', message: `${name}${at && ` (${at})`}: ${message}`, target: name };
  });
  for (const [one, other] of pairs) {
    const missing = given[one] && !given[other] ? other : !given[one] && given[other] ? one : undefined;
    if (missing) {
      const present = missing === one ? other : one;
      problems.push({
        code: 'SettingMissing',
        message: `${missing} is not set, but ${present} is: set both or neither`,
        target: missing,
      });
    }
  }
  if (given.RADIUS_PROBE === 'on' && !given.RADIUS_PROBE_SUBNET) {
    problems.push({
      code: 'SettingMissing',
      message:
        'RADIUS_PROBE_SUBNET is not set, but RADIUS_PROBE is on: NPS must know the subnet from which the probe comes',
      target: 'RADIUS_PROBE_SUBNET',
    });
  }
  // The platform says whether it authenticates (Microsoft, "Environment variables and app settings in Azure App
  // Service").
  if (given.AUTH_MODE === 'entra' && given.WEBSITE_AUTH_ENABLED?.toLowerCase() !== 'true') {
    problems.push({
      code: 'SettingInvalid',
      message:
        'AUTH_MODE is entra, but App Service authentication is off (WEBSITE_AUTH_ENABLED, which the platform sets, is not true). Anybody could then claim to be signed in. Turn App Service authentication on, or set AUTH_MODE to key',
      target: 'AUTH_MODE',
    });
  }
  if (!parsed.success || problems.length > 0) {
    throw refused(
      'InvalidSettings',
      `The app cannot start: ${problems.map(({ message }) => message).join('; ')}.`,
      problems,
    );
  }
  return parsed.data;
}

/** Words of settings that are not secret: the names of fields, and the parts of resource ids of NPS servers. */
const ours: ReadonlySet<string> = new Set([
  ...Object.keys(guardrails.shape),
  'addresses',
  'subscriptions',
  'resourceGroups',
  'virtualMachines',
  'machines',
  'Microsoft.Compute',
  'Microsoft.HybridCompute',
]);

/**
 * What is wrong with the settings, for the log and for every reader. A sentence that quotes a value is left out,
 * because somebody may have put a secret in the place of its name.
 */
export function problemsToTell(
  { code, message, details = [{ code, message }] }: Failure,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  return details.map((problem) => {
    const parts = environment[problem.target ?? '']?.split(/[^\w.-]+/) ?? [];
    if (!parts.some((part) => part.length > 7 && !ours.has(part) && problem.message.includes(part)))
      return problem;
    return {
      ...problem,
      message: `${problem.target} is wrong: local.settings.sample.json shows the possible values`,
    };
  });
}

/** A setting that holds JSON. */
function json<T extends z.ZodType>(schema: T, otherwise: string, read = (text: string) => text) {
  return z
    .string()
    .default(otherwise)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(read(text));
      } catch (error) {
        const unread = error instanceof SyntaxError ? undefined : (error as NodeJS.ErrnoException).code;
        const message = unread ? `names a file that cannot be read (${unread})` : 'must be JSON';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** JSON is used as it is. Any other text is the path of a file that holds the JSON. */
function contentOf(text: string): string {
  return /^\s*[[{]/.test(text) ? text : readFileSync(text, 'utf8');
}
