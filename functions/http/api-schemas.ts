import { z } from 'zod';
import { stageNames } from '../../shared/deployment/contract.ts';

/** What the API answers and what the topic is told, as schemas: the documents in `docs/` are made from them. */

const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

const problem = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });

export const errorAnswer = z.object({ error: problem.extend({ details: z.array(problem).optional() }) });

const ticket = z.object({
  system: z.enum(['servicenow', 'jira', 'webhook']),
  id: z.string(),
  callbackUrl: z.string().optional(),
  requestedBy: z.string().optional(),
});

const result = z.object({
  gatewayId: z.string().optional(),
  gatewaySubnet: z.string().optional(),
  publicIpAddresses: z.array(z.string()).optional(),
  radiusClient: z.string().optional(),
  networkPolicy: z.string().optional(),
  secretVersion: z.string().optional(),
  previousSecretVersion: z.string().optional(),
  changes: z.array(z.string()),
});

/** By what Microsoft's support finds the request again: `x-ms-correlation-request-id` and `x-ms-request-id`. */
const requestIds = { correlationId: z.string().optional(), requestId: z.string().optional() };

const failure = problem.extend({ details: z.array(problem).optional(), ...requestIds });

const deploymentSummary = z.object({
  id: z.string(),
  ticket,
  virtualNetworkId: z.string(),
  status: z.enum(['Pending', 'AwaitingApproval', 'Running', 'Succeeded', 'Failed', 'Canceled', 'Rejected']),
  percent: z.int().min(0).max(100),
  startedAt: time,
  expectedEndAt: time.nullable(),
  endedAt: time.nullable(),
  decideBy: time.optional().meta({ description: 'While it waits for an approval' }),
  error: failure.optional(),
});

export const deployment = deploymentSummary.extend({
  stages: z.array(
    z.object({
      name: z.enum(stageNames),
      status: z.enum(['Pending', 'Running', 'Succeeded', 'Skipped', 'Failed']),
      startedAt: time.optional(),
      endedAt: time.optional(),
      detail: z.string().optional(),
      attempt: z
        .int()
        .optional()
        .meta({ description: 'How often the step was tried that failed for a passing reason' }),
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
  action: z.enum(['create', 'update', 'keep']),
  target: z.string(),
  changes: z.array(z.string()).optional(),
});

export const planAnswer = z.object({
  steps: z.array(planStep),
  problems: z.array(problem),
  takesAway: z.array(z.object({ what: z.string(), target: z.string(), message: z.string() })),
  warnings: z.array(problem),
  estimatedMinutes: z.number(),
  estimatedMonthlyCost: z
    .number()
    .optional()
    .meta({ description: 'US dollars for a gateway that is created, by the public price list' }),
});

const radiusServer = z.object({ address: z.string(), score: z.number() });

export const shownPlan = planAnswer.omit({ problems: true }).extend({
  id: z.string(),
  digest: z.string().meta({ description: 'What an approval of this plan names' }),
  virtualNetworkId: z.string(),
  gatewayId: z.string(),
  sku: z.string(),
  activeActive: z.boolean(),
  gatewaySubnetPrefix: z.string(),
  addressPool: z.array(z.string()),
  protocols: z.array(z.string()),
  authenticationTypes: z.array(z.string()),
  servers: z.array(radiusServer.extend({ host: z.string() })),
  otherServers: z.array(radiusServer),
  secretName: z.string(),
  networkPolicy: z.string(),
  mfaExtension: z.enum(['require', 'install', 'skip']),
});

export const deploymentPage = z.object({
  deployments: z.array(deploymentSummary),
  continuation: z.string().optional(),
});

export const clientProfile = z.object({ url: z.string(), expiresAt: time });

export const health = z.object({
  status: z.enum(['ok', 'unavailable']),
  version: z.string(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});

const deployed = z.object({
  deploymentId: z.string(),
  virtualNetworkId: z.string(),
  ticket: ticket.pick({ system: true, id: true }),
  status: deploymentSummary.shape.status,
  result: result.optional(),
  error: problem.optional(),
  plan: shownPlan.omit({ id: true }).optional(),
});

/** Versions are told, never values. */
const rotated = z.object({
  deploymentId: z.string(),
  virtualNetworkId: z.string(),
  gatewayId: z.string(),
  secretName: z.string(),
  secretVersion: z.string(),
  previousSecretVersion: z.string().optional(),
});

/** The data of the CloudEvents that the topic is told, by type. */
export const eventData: Readonly<Record<string, z.ZodType>> = {
  'VpnRadius.Deployment.Succeeded': deployed,
  'VpnRadius.Deployment.Failed': deployed,
  'VpnRadius.Deployment.AwaitingApproval': deployed,
  'VpnRadius.Secret.Rotated': rotated,
};
