import * as z from 'zod';

export const radiusServer = z.object({ address: z.string(), score: z.number() });

const npsChange = z.object({
  id: z.string(),
  what: z.string(),
  scope: z.enum(['own', 'shared', 'server']),
  restart: z.boolean(),
  asks: z.boolean(),
  needed: z.literal(true).optional(),
});

/** What would be changed on an NPS server, as it says itself. */
export const onServer = {
  kind: z.string(),
  location: z.string(),
  changes: z
    .array(npsChange)
    .optional()
    .meta({ description: 'Left out while the server has not been asked' }),
  otherRadiusClients: z.int().optional().meta({ description: 'How many RADIUS clients of others use it' }),
};

export const plannedServer = radiusServer.extend({
  host: z.string(),
  secretName: z.string(),
  ...onServer,
  approvedChanges: z.array(z.string()).optional(),
});
