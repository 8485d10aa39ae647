import * as z from 'zod';
import type { OutgoingEvent } from '../../../shared/deployment/contract.ts';
import { reportTold, runScope, runTrigger, startedBy } from './compliance-run.ts';
import { deploymentSummary, ticketBody } from './deployment.ts';
import { problemBody } from './problem.ts';
import { deploymentResult, serverSecrets } from './result.ts';
import { shownPlanBody, shownRemovalBody } from './shown-plan.ts';

const pageUrl = z.string().optional().meta({ description: 'The address of it on the operations page' });

const deployed = z.object({
  pageUrl,
  deploymentId: z.string(),
  virtualNetworkId: z.string(),
  ticket: ticketBody.pick({ system: true, id: true }),
  status: deploymentSummary.shape.status,
  result: deploymentResult.optional(),
  error: problemBody.optional(),
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
  secrets: serverSecrets,
});

const checked = reportTold.extend({ pageUrl, trigger: runTrigger, startedBy, scope: runScope });

/** The data of the CloudEvents to the topic, by type. */
const eventData: Readonly<Record<OutgoingEvent['type'], z.ZodType>> = {
  'VpnRadius.Deployment.Succeeded': deployed,
  'VpnRadius.Deployment.Failed': deployed,
  'VpnRadius.Deployment.AwaitingApproval': deployed,
  'VpnRadius.Compliance.Completed': checked,
  'VpnRadius.Secret.Rotated': rotated,
};

/** The JSON schema of an event to the topic: CloudEvents 1.0 with our data. */
export function eventSchema(type: OutgoingEvent['type']): object {
  // CloudEvents lets whoever passes an event on add attributes.
  const event = z.looseObject({
    specversion: z.literal('1.0'),
    type: z.literal(type),
    source: z.string(),
    id: z.string().meta({ description: 'The same for every attempt to send the same message.' }),
    subject: z.string().meta({ description: 'The id of the virtual network. For a check: compliance.' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: eventData[type],
  });
  return z.toJSONSchema(event, { io: 'output', unrepresentable: 'any' });
}

export const eventTypes = Object.keys(eventData) as OutgoingEvent['type'][];
