import { scheduleEnd } from './arm/operations.ts';
import type { Core } from './core.ts';
import type { Faults } from './faults.ts';
import type { AzureSettings } from './settings.ts';
import { copy, type JsonObject } from './wire/messages.ts';
import type {
  AzureWorld,
  KeyedCertificate,
  Operation,
  Resource,
  ResourceGroup,
  SecretVersion,
  Subscription,
} from './world.ts';

interface Saved {
  ids: number;
  seed: string;
  tenantId: string;
  principal: AzureWorld['principal'];
  application: AzureWorld['application'];
  identityHeader: string;
  subscriptions: Subscription[];
  resourceGroups: [string, ResourceGroup][];
  resources: Resource[];
  operations: [string, Operation][];
  vault: {
    name: string;
    region: string;
    softDelete: boolean;
    secrets: [string, SecretVersion[]][];
    deleted: [string, SecretVersion[]][];
  };
  vpnServerRoot?: KeyedCertificate;
  settings: AzureSettings;
  faults: JsonObject[];
}

export function snapshotOf(core: Core, faults: Faults): JsonObject {
  const { world } = core;
  const saved: Saved = {
    ids: world.ids,
    seed: world.seed,
    tenantId: world.tenantId,
    principal: world.principal,
    application: world.application,
    identityHeader: world.identityHeader,
    subscriptions: world.subscriptions,
    resourceGroups: [...world.resourceGroups],
    resources: [...world.resources],
    operations: [...world.operations],
    vault: { ...world.vault, secrets: [...world.vault.secrets], deleted: [...world.vault.deleted] },
    ...(world.vpnServerRoot && { vpnServerRoot: world.vpnServerRoot }),
    settings: core.settings,
    faults: faults.snapshot(),
  };
  return copy(saved) as unknown as JsonObject;
}

/** Fills an empty world from a snapshot. Operations that were running continue, by the clock's time. */
export function restoreState(core: Core, faults: Faults, snapshot: JsonObject): void {
  const saved = copy(snapshot) as unknown as Saved;
  const { world } = core;
  Object.assign(world, {
    ids: saved.ids,
    seed: saved.seed,
    tenantId: saved.tenantId,
    principal: saved.principal,
    application: saved.application,
    identityHeader: saved.identityHeader,
    subscriptions: saved.subscriptions,
    ...(saved.vpnServerRoot && { vpnServerRoot: saved.vpnServerRoot }),
  });
  const { name, region, softDelete } = saved.vault;
  Object.assign(world.vault, { name, region, softDelete });
  for (const [id, group] of saved.resourceGroups) world.resourceGroups.set(id, group);
  for (const resource of saved.resources) world.resources.set(resource);
  for (const [secret, versions] of saved.vault.secrets) world.vault.secrets.set(secret, versions);
  for (const [secret, versions] of saved.vault.deleted) world.vault.deleted.set(secret, versions);
  Object.assign(core.settings, saved.settings);
  faults.restore(saved.faults);
  for (const [id, operation] of saved.operations) {
    world.operations.set(id, operation);
    if (operation.status === 'InProgress') scheduleEnd(core, operation);
  }
}
