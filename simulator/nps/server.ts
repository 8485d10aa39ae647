import type { Clock } from '../clock.ts';
import type { NpsServer } from './host.ts';
import { inMemoryNpsServer } from './module/in-memory.ts';
import { findPowerShell, powerShellNpsServer } from './powershell.ts';
import type { NpsServerState } from './state.ts';

/** `auto`: PowerShell when this machine has it, otherwise memory. */
export type NpsEngine = 'powershell' | 'memory' | 'auto';

/**
 * A simulated NPS server. `engines`: programs that may be used as PowerShell, in addition to `PWSH` and `pwsh` on the
 * path.
 */
export function npsServer(
  initial: NpsServerState,
  clock: Clock,
  engine: NpsEngine = 'auto',
  engines: readonly string[] = [],
): NpsServer {
  const program = engine === 'memory' ? undefined : findPowerShell(engines);
  if (program) return powerShellNpsServer(initial, program);
  if (engine === 'powershell') {
    throw new Error(
      'There is no PowerShell engine: install pwsh, name one in PWSH, or use the engine "memory".',
    );
  }
  return inMemoryNpsServer(initial, clock);
}
