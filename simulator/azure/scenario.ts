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
    .array(
      z.strictObject({
        name: z.string(),
        location: z.string().default('westeurope'),
        tags: z.record(z.string(), z.string()).optional(),
        /** The id of the resource whose service keeps the group. */
        managedBy: z.string().optional(),
      }),
    )
    .optional(),
  /** Further resources. A resource with the id of an existing one replaces it. */
  resources: z.array(z.looseObject({ id: z.string() })).optional(),
  /** Ids of resources that do not exist at the beginning. */
  without: z.array(z.string()).optional(),
  secrets: z
    .array(z.strictObject({ name: z.string(), value: z.string(), expires: z.int().optional() }))
    .optional(),
  faults: z.array(fault).optional(),
  /**
   * NPS servers by name or id of their machine. The caller that starts the world attaches them: Azure does not know
   * them.
   */
  npsStates: z.record(z.string(), z.looseObject({})).optional(),
});

/** What a scenario file may hold. Everything is optional. */
export type Scenario = z.input<typeof scenario>;

/** Reads a scenario. The error names every wrong member. */
export function parseScenario(value: unknown): Scenario {
  const read = scenario.safeParse(value);
  if (read.success) return read.data as Scenario;
  throw new Error(`The scenario is not valid:\n${z.prettifyError(read.error)}`);
}

/** Sorted so that each resource finds the resources that it refers to, in any order of the export. */
const ranks: [RegExp, number][] = [
  [/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i, 0],
  [/\/virtualNetworks\/[^/]+$/i, 1],
  [/\/virtualNetworks\/[^/]+\/(subnets|virtualNetworkPeerings)\//i, 3],
  [/\/virtualNetworkGateways\/[^/]+$/i, 5],
  [/\/connections\/[^/]+$/i, 6],
];
const rank = ({ id }: SeedResource): number => ranks.find(([pattern]) => pattern.test(id))?.[1] ?? 4;

function seedAll(core: Core, resources: SeedResource[]): void {
  // Networks are added twice: what a peering shows depends on the network on its other side.
  const again = resources.filter((one) => rank(one) === 1).map((resource) => ({ resource, at: 2 }));
  const ordered = [...resources.map((resource) => ({ resource, at: rank(resource) })), ...again].sort(
    (one, other) => one.at - other.at,
  );
  for (const { resource, at } of ordered) {
    if (at === 0) seedGroupResource(core, resource);
    else seedResource(core, resource);
  }
}

/** A resource group among the resources, in the form that `az group show` writes. */
function seedGroupResource(core: Core, { id, location = 'westeurope', tags, managedBy }: SeedResource): void {
  const [, , subscription, , name] = id.split('/');
  seedGroup(core, {
    subscription: subscription!,
    name: name!,
    location,
    ...(tags && { tags }),
    ...(typeof managedBy === 'string' && { managedBy }),
  });
}

export function applyScenario(core: Core, faults: Faults, given: Scenario): void {
  const wish = scenario.parse(given);
  const { settings, world } = core;
  for (const [name, value] of Object.entries(wish.durations ?? {})) {
    if (value !== undefined) settings.durations[name as keyof typeof usualDurations] = value;
  }
  if (wish.radiusSecretOmitted) settings.radiusSecretOmitted = wish.radiusSecretOmitted;
  if (wish.rbac) settings.rbac = wish.rbac;
  const subscription = world.subscriptions[0]!.subscriptionId;
  for (const { name, location, tags, managedBy } of wish.resourceGroups ?? [])
    seedGroup(core, { subscription, name, location, ...(tags && { tags }), ...(managedBy && { managedBy }) });
  for (const id of wish.without ?? []) {
    if (!world.resources.get(id))
      throw new Error(`The scenario's \`without\` names '${id}', which is not there.`);
    world.resources.delete(id);
  }
  seedAll(core, (wish.resources ?? []) as SeedResource[]);
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
