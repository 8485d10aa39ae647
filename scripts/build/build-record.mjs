import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `dist/build.json`: which files a build made from which sources. When the sources have not changed, there is nothing
 * to build.
 */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['functions', 'shared', 'simulator', 'cli', 'bench', 'portal', 'nps'];
const others = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'LICENSE'];
const builders = ['build', 'build-page', 'build-record', 'dist-folder', 'third-party-licenses']
  .map((one) => `scripts/build/${one}.mjs`)
  .concat('scripts/az.mjs');

export const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(folder.length + 1))
    .sort();

/** The SHA-256 of everything that a build is made from. */
export function sourcesHash() {
  const hash = createHash('sha256').update(process.versions.node);
  const files = sources.flatMap((folder) => filesBelow(root + folder).map((file) => `${folder}/${file}`));
  for (const file of [...files, ...others, ...builders].filter((one) => existsSync(root + one)))
    hash.update(`\0${file}\0`).update(readFileSync(root + file));
  return hash.digest('hex');
}

/** What the build in this folder says about itself; undefined when there is no build, or no such file in it. */
export function recordOf(folder) {
  try {
    return JSON.parse(readFileSync(`${folder}/build.json`, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Names of the files of a bundle that the hosts of one process share. The composition root is loaded again for each host,
 * and so are the libraries that sign in: they remember for a whole process what they were given and refused.
 */
export const sharedByHosts = ({ outputs }) =>
  Object.entries(outputs)
    .filter(([file]) => file.endsWith('.js'))
    .filter(([, { inputs }]) =>
      Object.keys(inputs).every(
        (input) => !/^functions\/(app|ports)\.ts$/.test(input) && !/@azure\/(identity|msal)/.test(input),
      ),
    )
    .map(([file]) => file.split('/').at(-1));

/** `sources` is the hash from before the build: what changed during the build is not in it. */
export function writeRecord(folder, sources, sharedFiles) {
  const files = Object.fromEntries(filesBelow(folder).map((file) => [file, sizeOf(`${folder}/${file}`)]));
  const sharedByHosts = sharedFiles.filter((name) => `functions/${name}` in files);
  writeFileSync(`${folder}/build.json`, JSON.stringify({ sources, files, sharedByHosts }));
}

export function isUpToDate(folder) {
  const record = recordOf(folder);
  return (
    record !== undefined &&
    Object.entries(record.files).every(([file, size]) => sizeOf(`${folder}/${file}`) === size) &&
    record.sources === sourcesHash()
  );
}

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size;
