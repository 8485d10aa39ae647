import * as z from 'zod';
import { waiverStates } from '../../shared/compliance/waivers/recorded-waiver.ts';
import { migrationPathNames, type OutgoingEvent, stageNames } from '../../shared/deployment/contract.ts';
import { guardrails } from '../../shared/deployment/guardrails/guardrails.ts';

/** What the API answers and what the topic is told, as schemas. The documents in `docs/` are made from them. */

const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

const problem = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });

export const errorBody = z.object({ error: problem.extend({ details: z.array(problem).optional() }) });

const ticket = z.object({
  system: z.enum(['servicenow', 'jira', 'webhook']),
  id: z.string(),
  callbackUrl: z.string().optional(),
  requestedBy: z.string().optional(),
});

/** For each RADIUS server: versions, never values. */
const secrets = z.array(
  z.object({
    address: z.string(),
    name: z.string(),
    version: z.string(),
    previous: z.string().optional(),
  }),
);

/** What this app has made, or a removal has removed. */
const things = z.array(
  z.object({
    what: z.string(),
    id: z.string(),
    version: z.string().optional(),
    host: z.string().optional(),
  }),
);

const migrationPlan = z.object({
  path: z.enum(migrationPathNames),
  part: z.enum(['first', 'last', 'only']).meta({
    description: 'first adds the new way to the old one, last removes the old one; only: it is one change',
  }),
  title: z.string(),
  forUsers: z.string(),
  goBack: z.string(),
  atTheEnd: z.string().optional(),
  source: z.string(),
});

const result = z.object({
  gatewayId: z.string().optional(),
  gatewaySubnet: z.string().optional(),
  publicIpAddresses: z.array(z.string()).optional(),
  radiusClient: z.string().optional(),
  networkPolicy: z.string().optional(),
  secretVersion: z.string().optional(),
  previousSecretVersion: z.string().optional(),
  secrets: secrets.optional(),
  signInGap: z
    .object({ from: time, to: time, seconds: z.number(), atMostSeconds: z.number() })
    .optional()
    .meta({
      description:
        'Only when a rotation changes a gateway with one RADIUS server: how long nobody could sign in. atMostSeconds counts from the beginning of the run in which NPS began to use the secret.',
    }),
  changes: z.array(z.string()),
  usersNotice: z.array(z.string()).optional().meta({ description: 'What users notice of the changes' }),
  made: things.optional().meta({
    description: 'What this app has made for the gateway: everything that a removal may remove again.',
  }),
  removed: things.optional().meta({
    description:
      'What a removal or the end of a migration has removed, and the user groups that a ticket no longer asks for.',
  }),
  migration: migrationPlan
    .optional()
    .meta({ description: 'Only for a migration: how to undo what it has changed.' }),
});

/** The ids with which Microsoft's support finds the request: `x-ms-correlation-request-id` and `x-ms-request-id`. */
const requestIds = { correlationId: z.string().optional(), requestId: z.string().optional() };

const failure = problem.extend({ details: z.array(problem).optional(), ...requestIds });

const deploymentSummary = z.object({
  id: z.string(),
  ticket,
  furtherTickets: z
    .array(ticket)
    .optional()
    .meta({ description: 'Tickets that asked for the same while this deployment ran.' }),
  gatewayId: z.string().optional(),
  requestedBy: z.string().optional(),
  virtualNetworkId: z.string(),
  status: z.enum(['Pending', 'AwaitingApproval', 'Running', 'Succeeded', 'Failed', 'Canceled', 'Rejected']),
  percent: z.int().min(0).max(100),
  startedAt: time,
  expectedEndAt: time.nullable(),
  endedAt: time.nullable(),
  decideBy: time.optional().meta({ description: 'Only while it waits for an approval' }),
  error: failure.optional(),
});

export const deployment = deploymentSummary.extend({
  stages: z.array(
    z.object({
      name: z.enum([...stageNames, 'goAhead', 'lastPart']),
      status: z.enum(['Pending', 'Running', 'Succeeded', 'Skipped', 'Failed']),
      startedAt: time.optional(),
      endedAt: time.optional(),
      detail: z.string().optional(),
      attempt: z
        .int()
        .optional()
        .meta({ description: 'How many times the step was tried that failed for a temporary reason' }),
      lastError: problem.extend(requestIds).optional(),
      waitingSince: time.optional(),
      nextTryAt: time.optional(),
    }),
  ),
  planDigest: z.string().optional(),
  result: result.optional(),
});

export const accepted = z.object({
  id: z.string(),
  virtualNetworkId: z.string(),
  statusUrl: z.string(),
  alreadyRunning: z.boolean(),
});

const planStep = z.object({
  name: z.string(),
  action: z.enum(['create', 'update', 'keep', 'delete']),
  target: z.string(),
  changes: z.array(z.string()).optional(),
  givesBack: z
    .literal(true)
    .optional()
    .meta({ description: 'True when every change only restores what is missing. Users lose nothing.' }),
});

const takenPrefixes = z.array(z.object({ by: z.string(), prefixes: z.array(z.string()) }));

const addressMap = z
  .object({
    addressSpace: z.array(z.string()),
    addressPool: z.array(z.string()),
    gatewaySubnet: z.string().optional(),
    subnets: takenPrefixes,
    neighbours: takenPrefixes,
    free: z.object({
      supernet: z.string(),
      addressPools: z.array(z.string()),
      gatewaySubnet: z.string().optional(),
    }),
  })
  .meta({
    description: 'What the request would use of the address space, what is used already and what is free',
  });

const usersNotice = z
  .array(z.object({ change: z.string(), target: z.string(), message: z.string(), source: z.string() }))
  .meta({
    description:
      'What the users of an existing gateway notice, and the source of this. A removal says it in takesAway instead.',
  });

const reasonsToAsk = z
  .array(z.object({ reason: z.string(), message: z.string() }))
  .meta({ description: 'Why somebody has to approve it. Empty: no approval is needed.' });

export const planAnswer = z.object({
  steps: z.array(planStep),
  problems: z.array(problem),
  takesAway: z.array(z.object({ what: z.string(), target: z.string(), message: z.string() })),
  usersNotice: usersNotice.optional(),
  reasonsToAsk: reasonsToAsk.optional(),
  warnings: z.array(problem),
  estimatedMinutes: z.number(),
  estimatedMonthlyCost: z.number().optional().meta({
    description: 'US dollars for a gateway that is created or gets another SKU, by the public price list',
  }),
  addresses: addressMap.optional(),
  migration: migrationPlan.optional(),
});

const radiusServer = z.object({ address: z.string(), score: z.number() });

const npsChange = z.object({
  id: z.string(),
  what: z.string(),
  scope: z.enum(['own', 'shared', 'server']),
  restart: z.boolean(),
  asks: z.boolean(),
  needed: z.literal(true).optional(),
});

/** What would be changed on an NPS server, as it says itself. */
const onServer = {
  kind: z.string(),
  location: z.string(),
  changes: z
    .array(npsChange)
    .optional()
    .meta({ description: 'Left out while the server has not been asked' }),
  otherRadiusClients: z.int().optional().meta({ description: 'How many RADIUS clients of others use it' }),
};

const plannedServer = radiusServer.extend({
  host: z.string(),
  secretName: z.string(),
  ...onServer,
  approvedChanges: z.array(z.string()).optional(),
});

const asShown = {
  id: z.string(),
  digest: z.string().meta({ description: 'An approval must name this digest of the plan' }),
  virtualNetworkId: z.string(),
  gatewayId: z.string(),
  reasonsToAsk,
  changedSinceApproval: z
    .array(z.string())
    .optional()
    .meta({ description: 'What differs from the plan that was approved before' }),
};

const userGroup = z.object({
  name: z.string(),
  isDefault: z.boolean(),
  priority: z.int(),
  members: z.array(z.object({ name: z.string(), type: z.string(), value: z.string() })),
  addressPool: z.array(z.string()),
  isAsked: z.literal(true).optional(),
});

const shownPlanBody = planAnswer.omit({ problems: true, addresses: true }).extend({
  ...asShown,
  location: z.string(),
  sku: z.string(),
  activeActive: z.boolean(),
  gatewaySubnetId: z.string(),
  gatewaySubnetPrefix: z.string(),
  publicIpIds: z.array(z.string()),
  zones: z.array(z.string()).meta({ description: 'Of the public IP addresses that are created' }),
  addressPool: z.array(z.string()),
  protocols: z.array(z.string()),
  authenticationTypes: z.array(z.string()),
  entra: z.object({ tenant: z.string(), audience: z.string(), issuer: z.string() }).optional(),
  endsSignIn: z.array(z.string()).optional(),
  groups: z.array(userGroup).optional(),
  askedGroups: z
    .array(z.object({ name: z.string(), attribute: z.string(), windowsGroup: z.string().optional() }))
    .optional(),
  servers: z.array(plannedServer),
  otherServers: z.array(radiusServer),
  networkPolicy: z.string(),
  mfaExtension: z.enum(['require', 'install', 'skip']),
});

/** The plan of a removal. */
const shownRemovalBody = planAnswer.omit({ problems: true }).extend({
  ...asShown,
  removes: z.object({
    gateway: z.enum(['delete', 'withoutPointToSite', 'withoutRadius', 'gone', 'keep']),
    publicIpIds: z.array(z.string()),
    gatewaySubnetId: z.string().optional(),
    secrets: z.array(z.object({ name: z.string(), versions: z.array(z.string()), isWhole: z.boolean() })),
  }),
  servers: z.array(
    z.object({
      host: z.string(),
      client: z.string(),
      prefix: z.string(),
      ...onServer,
      allowed: z.array(z.string()),
      secret: z.object({ name: z.string(), version: z.string() }).optional(),
    }),
  ),
});

export const anyShownPlan = z.union([shownPlanBody, shownRemovalBody]);

export const previewAccepted = z.object({ id: z.string(), statusUrl: z.string() });

export const previewProgress = planAnswer.partial().extend({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Failed']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  servers: z.array(plannedServer).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** What a list could not read, by name. Everything else is in the list. */
const unreadable = z.array(problem).optional().meta({ description: 'Rows of the index that cannot be read' });

export const deploymentPage = z.object({
  deployments: z.array(deploymentSummary),
  continuation: z.string().optional(),
  problems: unreadable,
});

const digest = z.string().meta({ description: 'SHA-256 in 64 hexadecimal digits' });

const place = z.object({
  name: z.string(),
  at: time.nullable(),
  position: z.int(),
  sha256: digest,
  previousSha256: digest.nullable(),
});

export const recordBody = z.object({
  id: z.string(),
  chain: z.string(),
  position: z.int(),
  sha256: digest,
  previousSha256: digest.nullable(),
  entries: z.array(place),
  document: z.record(z.string(), z.unknown()).nullable().meta({
    description: 'The newest document as it is kept. The SHA-256 is that of its text without spaces.',
  }),
  record: z.record(z.string(), z.unknown()).nullable(),
  problems: z.array(problem),
});

export const runAccepted = z.object({ id: z.string(), statusUrl: z.string(), alreadyRunning: z.boolean() });

const startedBy = z
  .object({ name: z.string(), id: z.string().optional() })
  .meta({ description: 'schedule, function key, deployment (with its id), or the signed-in user' });

const counts = z.object({
  compliant: z.int(),
  nonCompliant: z.int(),
  unknown: z.int(),
  total: z.int(),
});

const scope = z.object({ subscriptionIds: z.array(z.string()), gatewayIds: z.array(z.string()) });

const summary = z.object({
  gateways: counts,
  npsServers: counts,
  findings: z.object({ high: z.int(), medium: z.int(), low: z.int(), info: z.int() }),
  waived: z.int(),
  unconfirmed: z.int(),
  unchecked: z.int(),
});

/** What is told of the report of a run. */
const reportTold = z.object({
  id: z.string(),
  summary,
  new: z.int().meta({ description: 'Findings that the report before did not have' }),
  newHigh: z.int(),
  resolved: z.int(),
});

const trigger = z.enum(['timer', 'request', 'deployment']);

export const runProgress = z.object({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Failed']),
  trigger,
  startedBy,
  scope,
  remediate: z.boolean(),
  stage: z.string().optional(),
  runId: z.string().optional().meta({ description: 'The id of its report' }),
  gateways: z.int().optional(),
  report: reportTold.optional(),
  repairs: z.int().optional().meta({ description: 'How many gateways are repaired' }),
  startedAt: time,
  endedAt: time.nullable(),
  error: problem.optional(),
});

const dueGateway = z.object({
  gatewayId: z.string(),
  secrets: z.array(z.string()).meta({ description: 'Names in Key Vault of those that are due.' }),
  createdAt: time,
});

/** What is due, when nothing has started. */
export const dueGateways = z.object({ due: z.int(), gateways: z.array(dueGateway), begins: time });

export const dueRotations = z.object({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Incomplete', 'Failed', 'Canceled']),
  text: z.string().meta({ description: 'Everything in one sentence.' }),
  startedBy,
  startedAt: time,
  endedAt: time.nullable(),
  scope,
  olderThanDays: z.int(),
  atOnce: z.int(),
  windows: z.array(z.string()),
  counts: z.record(z.string(), z.int()),
  gateways: z
    .array(
      dueGateway.extend({
        status: z.enum([
          'Waiting',
          'Running',
          'Succeeded',
          'Failed',
          'Canceled',
          'Rejected',
          'Skipped',
          'NotStarted',
        ]),
        deploymentId: z.string().optional(),
        why: z.string().optional(),
      }),
    )
    .optional(),
  left: z.int().optional(),
  stopped: z.object({ why: z.string(), by: z.string().optional() }).optional(),
  error: problem.optional(),
});

export const reportPage = z.object({
  reports: z.array(
    z.object({
      id: z.string(),
      trigger,
      startedBy,
      scope,
      startedAt: time,
      endedAt: time,
      summary,
      new: z.int().meta({ description: 'Findings that the report before did not have' }),
      resolved: z.int(),
      sha256: digest.meta({ description: 'Of its JSON form' }),
    }),
  ),
  continuation: z.string().optional(),
  problems: unreadable,
});

const decided = { at: time, by: z.string(), byId: z.string().optional() };

export const waiver = z.object({
  id: z.string(),
  rule: z.string(),
  target: z.string(),
  owner: z.string().meta({ description: 'Who must fix the finding' }),
  reason: z.string(),
  until: z.iso.date().meta({ description: 'The last day on which it counts, in UTC' }),
  ...decided,
  state: z.enum(waiverStates),
  withdrawn: z.object({ ...decided, comment: z.string().optional() }).optional(),
});

export const waiverPage = z.object({
  waivers: z.array(waiver),
  continuation: z.string().optional(),
  problems: unreadable,
});

export const guardrailsAnswer = guardrails.extend({
  virtualNetworks: guardrails.shape.virtualNetworks.nullable(),
  always: z.object({
    npsMachines: z.array(z.object({ host: z.string(), addresses: z.array(z.string()) })),
    npsMachineTag: z.string(),
    networkPolicies: z.array(z.string()),
  }),
});

export const clientProfile = z.object({ url: z.string(), expiresAt: time });

export const health = z.object({
  status: z.enum(['ok', 'unavailable']),
  version: z.string(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
  undelivered: z
    .array(z.object({ code: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'What could not be sent to ticket systems and to the topic' }),
});

const pageUrl = z.string().optional().meta({ description: 'The address of it on the operations page' });

const deployed = z.object({
  pageUrl,
  deploymentId: z.string(),
  virtualNetworkId: z.string(),
  ticket: ticket.pick({ system: true, id: true }),
  status: deploymentSummary.shape.status,
  result: result.optional(),
  error: problem.optional(),
  plan: z.union([shownPlanBody.omit({ id: true }), shownRemovalBody.omit({ id: true })]).optional(),
});

/** `secretName` and the two versions are those of the first server. */
const rotated = z.object({
  pageUrl,
  deploymentId: z.string(),
  virtualNetworkId: z.string(),
  gatewayId: z.string(),
  secretName: z.string(),
  secretVersion: z.string(),
  previousSecretVersion: z.string().optional(),
  secrets,
});

const checked = reportTold.extend({ pageUrl, trigger, startedBy, scope });

/** The data of the CloudEvents to the topic, by type. */
export const eventData: Readonly<Record<OutgoingEvent['type'], z.ZodType>> = {
  'VpnRadius.Deployment.Succeeded': deployed,
  'VpnRadius.Deployment.Failed': deployed,
  'VpnRadius.Deployment.AwaitingApproval': deployed,
  'VpnRadius.Compliance.Completed': checked,
  'VpnRadius.Secret.Rotated': rotated,
};
