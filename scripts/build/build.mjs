import '../entry.mjs';
import '../stop-signals.mjs';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { buildPage } from './build-page.mjs';
import { root, sharedByHosts, sourcesHash, writeRecord } from './build-record.mjs';
import { removeLeftOvers, replaceDist } from './dist-folder.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

/**
 * Builds into a folder of its own and then puts that in the place of `dist`, because a process may run from `dist`
 * meanwhile.
 */
const out = `.build-${process.pid}`;
const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

removeLeftOvers(root);
const sources = sourcesHash();
process.on('exit', () => rmSync(root + out, { recursive: true, force: true }));
const { status } = spawnSync(
  process.execPath,
  // `npm run check` looks at the types. Here they would take most of the time.
  [compiler, '-p', `${root}tsconfig.build.json`, '--outDir', root + out, '--noCheck'],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

/**
 * `dist/functions` holds the app as a bundle with its packages in it, not the modules that the compiler made. So a
 * start reads a few files instead of thousands, and no package has to be installed beside them. `@azure/functions-core`
 * is no package: the worker of the Functions host answers the `require` of it. Nothing is minified: this would make no
 * start faster, and a stack trace would say less. The parts of the bundle are in one folder, because
 * `shared/nps/script.ts` and `shared/core/version.ts` find their files by their own place.
 *
 * `manyHosts` is an entry for one reason: code that knows no settings gets files of its own. Then a process with many hosts
 * loads it once. Only the composition root imports the libraries that sign in, so they stay with it.
 */
const manyHosts = modulesWithoutSettings()
  .map((file, index) => `export * as module${index} from './functions/${file}';`)
  .join('\n');
rmSync(`${root}${out}/functions`, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { app: 'functions/app.ts' },
  stdin: { contents: manyHosts, resolveDir: root, sourcefile: 'many-hosts' },
  outdir: `${out}/functions`,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['@azure/functions-core'],
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
  // Some of the packages are CommonJS, and ask for built-in modules when they are loaded.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
});
for (const end of ['.js', '.js.map']) rmSync(`${root}${out}/functions/stdin${end}`);
const pageInputs = await buildPage(root, out);
writeFileSync(
  `${root}${out}/THIRD-PARTY-LICENSES.txt`,
  thirdPartyLicenses(root, [...Object.keys(metafile.inputs), ...pageInputs]),
);

// The command line asks the Azure CLI for a token.
cpSync(`${root}scripts/az.mjs`, `${root}${out}/scripts/az.mjs`);
// The app sends the PowerShell module to NPS servers, so the module is beside the code that reads it.
cpSync(`${root}nps`, `${root}${out}/nps`, { recursive: true });

writeRecord(root + out, sources, sharedByHosts(metafile));
replaceDist(root, out);

/** What `functions/app.ts` and `functions/ports.ts` connect, but for what knows the settings: themselves, and the credential. */
function modulesWithoutSettings() {
  const roots = ['app.ts', 'ports.ts'].map((file) => readFileSync(`${root}functions/${file}`, 'utf8'));
  const imports = roots.flatMap((text) => [...text.matchAll(/^import (?!type )[^;]*? from '(\.[^']+)';/gms)]);
  return imports.map(([, file]) => file).filter((file) => !/\/(ports|connection)\.ts$/.test(file));
}
