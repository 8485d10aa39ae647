import * as z from 'zod';
import { isoTime } from './formats.ts';
import { migrationPlan } from './plan.ts';

/** For each RADIUS server: versions, never values. */
export const serverSecrets = z.array(
  z.object({
    address: z.string(),
    name: z.string(),
    version: z.string(),
    previous: z.string().optional(),
  }),
);

/** What this app has made, or a removal has removed. */
const madeThings = z.array(
  z.object({
    what: z.string(),
    id: z.string(),
    version: z.string().optional(),
    host: z.string().optional(),
  }),
);

export const deploymentResult = z.object({
  gatewayId: z.string().optional(),
  gatewaySubnet: z.string().optional(),
  publicIpAddresses: z.array(z.string()).optional(),
  radiusClient: z.string().optional(),
  networkPolicy: z.string().optional(),
  secretVersion: z.string().optional(),
  previousSecretVersion: z.string().optional(),
  secrets: serverSecrets.optional(),
  signInGap: z
    .object({ from: isoTime, to: isoTime, seconds: z.number(), atMostSeconds: z.number() })
    .optional()
    .meta({
      description:
        'Only when a rotation changes a gateway with one RADIUS server: how long nobody could sign in. atMostSeconds counts from the beginning of the run in which NPS began to use the secret.',
    }),
  changes: z.array(z.string()),
  usersNotice: z.array(z.string()).optional().meta({ description: 'What users notice of the changes' }),
  made: madeThings.optional().meta({
    description: 'What this app has made for the gateway: everything that a removal may remove again.',
  }),
  removed: madeThings.optional().meta({
    description:
      'What a removal or the end of a migration has removed, and the user groups that a ticket no longer asks for.',
  }),
  migration: migrationPlan
    .optional()
    .meta({ description: 'Only for a migration: how to undo what it has changed.' }),
});
