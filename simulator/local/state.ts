import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../azure/wire/messages.ts';
import type { NpsServerState } from '../nps/state.ts';
import type { SavedJira } from '../ticketing/jira.ts';
import type { Delivery } from '../ticketing/receiver.ts';
import type { SavedServiceNow } from '../ticketing/servicenow.ts';
import type { PendingDelivery } from './event-subscriptions.ts';

/** What the world around the app holds, as the state folder keeps it beside the journal of the host. */
export interface SavedWorld {
  readonly at: string;
  /**
   * Tickets that wait for their answer name this port in their `callbackUrl`, and Azure's operation URLs begin with it.
   */
  readonly port: number;
  readonly azure: JsonObject;
  /** Events of Azure that no function has taken yet. */
  readonly pendingEvents?: readonly PendingDelivery[];
  readonly npsServers: Readonly<Record<string, NpsServerState>>;
  readonly deliveries: readonly Delivery[];
  readonly serviceNow: SavedServiceNow;
  readonly jira: SavedJira;
}

export function readWorld(stateDir: string | undefined): SavedWorld | undefined {
  const file = stateDir && fileIn(stateDir);
  return file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SavedWorld) : undefined;
}

/** Replaces the file as a whole, so that a killed process leaves either the file before or this one. */
export function writeWorld(stateDir: string, world: SavedWorld): void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = fileIn(stateDir);
  writeFileSync(`${file}.new`, JSON.stringify(world), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const fileIn = (stateDir: string) => join(stateDir, 'world.json');
