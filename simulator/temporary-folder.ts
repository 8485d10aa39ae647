import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** A temporary folder. It is removed when the process ends, also after Ctrl+C, or earlier by the returned function. */
export function temporaryFolder(prefix: string): { folder: string; remove: () => void } {
  watchEnd();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return { folder, remove: () => removeFolder(folder) };
}

function removeFolder(folder: string): void {
  folders.delete(folder);
  // Another process may still write there until it ends.
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
