import * as z from 'zod';
import { approvalReasons, planAnswer } from './plan.ts';
import { onServer, plannedServer, radiusServer } from './planned-server.ts';

const asShown = {
  id: z.string(),
  digest: z.string().meta({ description: 'An approval must name this digest of the plan' }),
  virtualNetworkId: z.string(),
  gatewayId: z.string(),
  reasonsToAsk: approvalReasons,
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

export const shownPlanBody = planAnswer.omit({ problems: true, addresses: true }).extend({
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
export const shownRemovalBody = planAnswer.omit({ problems: true }).extend({
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
