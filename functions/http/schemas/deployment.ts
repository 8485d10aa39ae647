import * as z from 'zod';
import { stageNames } from '../../../shared/deployment/contract.ts';
import { isoTime } from './formats.ts';
import { failureBody, problemBody, requestIds, unreadableRows } from './problem.ts';
import { deploymentResult } from './result.ts';

export const ticketBody = z.object({
  system: z.enum(['servicenow', 'jira', 'webhook']),
  id: z.string(),
  callbackUrl: z.string().optional(),
  requestedBy: z.string().optional(),
});

export const deploymentSummary = z.object({
  id: z.string(),
  ticket: ticketBody,
  furtherTickets: z
    .array(ticketBody)
    .optional()
    .meta({ description: 'Tickets that asked for the same while this deployment ran.' }),
  gatewayId: z.string().optional(),
  requestedBy: z.string().optional(),
  virtualNetworkId: z.string(),
  status: z.enum(['Pending', 'AwaitingApproval', 'Running', 'Succeeded', 'Failed', 'Canceled', 'Rejected']),
  percent: z.int().min(0).max(100),
  startedAt: isoTime,
  expectedEndAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
  decideBy: isoTime.optional().meta({ description: 'Only while it waits for an approval' }),
  error: failureBody.optional(),
});

export const deployment = deploymentSummary.extend({
  stages: z.array(
    z.object({
      name: z.enum([...stageNames, 'goAhead', 'lastPart']),
      status: z.enum(['Pending', 'Running', 'Succeeded', 'Skipped', 'Failed']),
      startedAt: isoTime.optional(),
      endedAt: isoTime.optional(),
      detail: z.string().optional(),
      attempt: z
        .int()
        .optional()
        .meta({ description: 'How many times the step was tried that failed for a temporary reason' }),
      lastError: problemBody.extend(requestIds).optional(),
      waitingSince: isoTime.optional(),
      nextTryAt: isoTime.optional(),
    }),
  ),
  planDigest: z.string().optional(),
  result: deploymentResult.optional(),
});

export const deploymentPage = z.object({
  deployments: z.array(deploymentSummary),
  continuation: z.string().optional(),
  problems: unreadableRows,
});

export const accepted = z.object({
  id: z.string(),
  virtualNetworkId: z.string(),
  statusUrl: z.string(),
  alreadyRunning: z.boolean(),
});

export const clientProfile = z.object({ url: z.string(), expiresAt: isoTime });
