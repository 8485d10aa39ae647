import * as z from 'zod';
import { isoTime } from './formats.ts';
import { problemBody } from './problem.ts';

export const startedBy = z
  .object({ name: z.string(), id: z.string().optional() })
  .meta({ description: 'schedule, function key, deployment (with its id), or the signed-in user' });

const counts = z.object({
  compliant: z.int(),
  nonCompliant: z.int(),
  unknown: z.int(),
  total: z.int(),
});

export const runScope = z.object({ subscriptionIds: z.array(z.string()), gatewayIds: z.array(z.string()) });

export const reportSummary = z.object({
  gateways: counts,
  npsServers: counts,
  findings: z.object({ high: z.int(), medium: z.int(), low: z.int(), info: z.int() }),
  waived: z.int(),
  unconfirmed: z.int(),
  unchecked: z.int(),
});

/** What is told of the report of a run. */
export const reportTold = z.object({
  id: z.string(),
  summary: reportSummary,
  new: z.int().meta({ description: 'Findings that the report before did not have' }),
  newHigh: z.int(),
  resolved: z.int(),
});

export const runTrigger = z.enum(['timer', 'request', 'deployment']);

export const runAccepted = z.object({ id: z.string(), statusUrl: z.string(), alreadyRunning: z.boolean() });

export const runProgress = z.object({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Failed']),
  trigger: runTrigger,
  startedBy,
  scope: runScope.extend({
    moreGateways: z.int().optional().meta({
      description:
        'How many gateways a check after deployments checks besides those that are named. Until it begins, only the gateway for which it waits is named',
    }),
  }),
  remediate: z.boolean(),
  stage: z.string().optional(),
  runId: z.string().optional().meta({ description: 'The id of its report' }),
  gateways: z.int().optional(),
  report: reportTold.optional(),
  repairs: z.int().optional().meta({ description: 'How many gateways are repaired' }),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  error: problemBody.optional(),
});
