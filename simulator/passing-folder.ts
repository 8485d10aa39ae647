import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/**
 * A temporary folder that is removed with the process at the latest, also after Ctrl+C. The returned function removes
 * it earlier.
 */
export function passingFolder(prefix: string): { folder: string; remove: () => void } {
  watchEnd();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return { folder, remove: () => removeFolder(folder) };
}

function removeFolder(folder: string): void {
  folders.delete(folder);
  // A process that is about to end may still write there.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

let isWatching = false;

function watchEnd(): void {
  if (isWatching) return;
  isWatching = true;
  process.once('exit', () => {
    for (const folder of folders) removeFolder(folder);
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.prependListener(signal, () => {
      // Any other listener ends the process in its own way.
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
}
