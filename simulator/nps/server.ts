import type { Clock } from '../clock.ts';
import type { NpsServer } from './host.ts';
import { inMemoryNpsServer } from './in-memory.ts';
import type { NpsServerState } from './state.ts';

export type NpsEngine = 'powershell' | 'memory' | 'auto';

/** A simulated NPS server, carried out by the engine asked for. */
export function npsServer(initial: NpsServerState, clock: Clock, engine: NpsEngine = 'auto'): NpsServer {
  if (engine === 'powershell') throw new Error('No PowerShell engine was found; ask for "memory" or "auto".');
  return inMemoryNpsServer(initial, clock);
}
