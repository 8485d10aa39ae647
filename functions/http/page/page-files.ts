import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Made by `scripts/build/build.mjs`. In the built app it is beside the folder of this bundle. */
const folder = new URL('../portal/', import.meta.url);

let files: ReadonlyMap<string, Buffer> | undefined;

/** A request can name only what is in here. */
export function pageFiles(): ReadonlyMap<string, Buffer> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  files ??= new Map(names.map((name) => [name, readFileSync(new URL(name, folder))] as const));
  return files;
}
