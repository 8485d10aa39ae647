import * as z from 'zod';
import { runScope, startedBy } from './compliance-run.ts';
import { isoTime } from './formats.ts';
import { problemBody } from './problem.ts';

const dueGateway = z.object({
  gatewayId: z.string(),
  secrets: z.array(z.string()).meta({ description: 'Names in Key Vault of those that are due.' }),
  createdAt: isoTime,
});

/** What is due, when nothing has started. */
export const dueGateways = z.object({ due: z.int(), gateways: z.array(dueGateway), begins: isoTime });

export const dueRotations = z.object({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Incomplete', 'Failed', 'Canceled']),
  text: z.string().meta({ description: 'Everything in one sentence.' }),
  startedBy,
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  scope: runScope,
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
  error: problemBody.optional(),
});
