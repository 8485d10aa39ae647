import * as z from 'zod';
import type { Core } from './core.ts';
import { type SeedResource, seedGroup, seedResource } from './default-world.ts';
import type { Fault, Faults } from './faults.ts';
import { usualDurations } from './settings.ts';

const seconds = z.number().nonnegative();

const effect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('respond'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    retryAfterSeconds: z.int().nonnegative().optional(),
  }),
  z.strictObject({ kind: z.literal('drop'), afterEffect: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('failOperation'), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('slowOperation'), factor: z.number().positive() }),
  z.strictObject({ kind: z.literal('deny') }),
]);

const fault = z.strictObject({
  match: z.strictObject({
    method: z.string().optional(),
    action: z.string().optional(),
    url: z.string().optional(),
  }),
  effect,
  times: z.union([z.int().positive(), z.literal('always')]).optional(),
  after: z.int().nonnegative().optional(),
});

const scenario = z.strictObject({
  /** Seconds of simulated time, by what takes them. */
  durations: z
    .strictObject(
      Object.fromEntries(Object.keys(usualDurations).map((name) => [name, seconds.optional()])) as Record<
        keyof typeof usualDurations,
        z.ZodOptional<typeof seconds>
      >,
    )
    .optional(),
  radiusSecretOmitted: z.enum(['clears', 'keeps']).optional(),
  rbac: z
    .strictObject({
      roleActions: z.array(z.string()),
      notActions: z.array(z.string()).default([]),
      dataActions: z
        .array(z.string())
        .default(['Microsoft.KeyVault/vaults/secrets/*', 'Microsoft.EventGrid/events/send/action']),
    })
    .optional(),
  resourceGroups: z
    .array(z.strictObject({ name: z.string(), location: z.string().default('westeurope') }))
    .optional(),
  /** Further resources, or others in place of those that are there to begin with (same id). */
  resources: z.array(z.looseObject({ id: z.string() })).optional(),
  /** Ids of resources to begin without. */
  without: z.array(z.string()).optional(),
  secrets: z
    .array(z.strictObject({ name: z.string(), value: z.string(), expires: z.int().optional() }))
    .optional(),
  faults: z.array(fault).optional(),
});

/** What a scenario file may say; everything is optional. */
export type Scenario = z.input<typeof scenario>;

/** Reads a scenario; the error names every member that is wrong. */
export function parseScenario(value: unknown): Scenario {
  const read = scenario.safeParse(value);
  if (read.success) return read.data as Scenario;
  throw new Error(`The scenario is not valid:\n${z.prettifyError(read.error)}`);
}

export function applyScenario(core: Core, faults: Faults, given: Scenario): void {
  const wish = scenario.parse(given);
  const { settings, world } = core;
  for (const [name, value] of Object.entries(wish.durations ?? {})) {
    if (value !== undefined) settings.durations[name as keyof typeof usualDurations] = value;
  }
  if (wish.radiusSecretOmitted) settings.radiusSecretOmitted = wish.radiusSecretOmitted;
  if (wish.rbac) settings.rbac = wish.rbac;
  for (const { name, location } of wish.resourceGroups ?? []) {
    seedGroup(core, world.subscriptions[0]!.subscriptionId, name, location);
  }
  for (const id of wish.without ?? []) {
    if (!world.resources.get(id))
      throw new Error(`The scenario's \`without\` names '${id}', which is not there.`);
    world.resources.delete(id);
  }
  for (const resource of wish.resources ?? []) seedResource(core, resource as SeedResource);
  const now = Math.floor(core.clock.now().getTime() / 1000);
  for (const { name, value, expires } of wish.secrets ?? []) {
    world.vault.secrets.set(name.toLowerCase(), [
      {
        version: `${world.ids++}`.padStart(32, '0'),
        value,
        enabled: true,
        created: now,
        updated: now,
        ...(expires === undefined ? {} : { expires }),
      },
    ]);
  }
  for (const one of wish.faults ?? []) faults.add(one as Fault);
}
