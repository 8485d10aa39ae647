import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** A program beside this file as JavaScript, for its own process; returns where it is in `folder`. */
export function bundled(program: string, folder: string): string {
  const outfile = join(folder, `${basename(program, '.ts')}.mjs`);
  buildSync({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outfile;
}
