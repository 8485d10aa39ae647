import * as z from 'zod';
import { migrationPathNames } from '../../../shared/deployment/contract.ts';
import { plannedServer } from './planned-server.ts';
import { problemBody } from './problem.ts';

export const migrationPlan = z.object({
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

export const approvalReasons = z
  .array(z.object({ reason: z.string(), message: z.string() }))
  .meta({ description: 'Why somebody has to approve it. Empty: no approval is needed.' });

export const planAnswer = z.object({
  steps: z.array(planStep),
  problems: z.array(problemBody),
  takesAway: z.array(z.object({ what: z.string(), target: z.string(), message: z.string() })),
  usersNotice: usersNotice.optional(),
  reasonsToAsk: approvalReasons.optional(),
  warnings: z.array(problemBody),
  estimatedMinutes: z.number(),
  estimatedMonthlyCost: z.number().optional().meta({
    description: 'US dollars for a gateway that is created or gets another SKU, by the public price list',
  }),
  addresses: addressMap.optional(),
  migration: migrationPlan.optional(),
});

export const previewAccepted = z.object({ id: z.string(), statusUrl: z.string() });

export const previewProgress = planAnswer.partial().extend({
  id: z.string(),
  status: z.enum(['Running', 'Succeeded', 'Failed']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  servers: z.array(plannedServer).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
