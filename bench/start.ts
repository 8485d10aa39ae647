import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../simulator/temporary-folder.ts';
import { type Figure, ratio } from './figures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runs = 9;

/** Loads an app in a new process, as the worker of the Functions host does, and tells how long that took. */
const load = `
  import Module from 'node:module';
  const original = Module.prototype.require;
  const core = new Proxy({}, { get: (_, name) => (name === 'Disposable' ? class { static from() {} } : () => undefined) });
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.call(this, id);
  };
  const began = performance.now();
  await import(process.argv[1]);
  console.log(JSON.stringify({ milliseconds: performance.now() - began, memory: process.memoryUsage().rss }));
  process.exit();
`;

/**
 * What a cold start waits for before the first function can run, as a bundle and as the compiler makes it, and the size
 * of what is deployed.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const { folder, remove } = temporaryFolder('vpn-radius-start-');
  try {
    const alone = `${folder}/alone.mjs`;
    writeFileSync(alone, "import '@azure/functions';\nimport 'durable-functions';\n");
    symlinkSync(`${root}node_modules`, `${folder}/node_modules`);
    const base = yield* loading('@azure/functions and durable-functions alone', alone);
    const bundled = yield* loading('bundled', `${root}dist/functions/app.js`);
    yield {
      name: 'load, bundled, to that of the two packages alone',
      value: ratio(bundled, base),
      unit: 'ratio',
    };
    mkdirSync(`${folder}/compiled`);
    const compiledOne = yield* loading('not bundled', compiled(`${folder}/compiled`));
    yield {
      name: 'load, not bundled, to that of the two packages alone',
      value: ratio(compiledOne, base),
      unit: 'ratio',
    };

    const zip = `${folder}/vpn-radius.zip`;
    spawnSync(process.execPath, [`${root}scripts/package/package.mjs`, zip], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    yield { name: 'package', value: Math.round(statSync(zip).size / 1e4) / 100, unit: 'MB' };
  } finally {
    remove();
  }
}

/** The middle of several runs, in milliseconds. The first run also brings the files into memory. */
async function* loading(name: string, appFile: string): AsyncGenerator<Figure, number> {
  const found: { milliseconds: number; memory: number }[] = [];
  for (let run = 0; run < runs; run++) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', load, pathToFileURL(appFile).href],
      { env: { ...process.env, KEY_VAULT_URL: 'https://kv-bench.vault.azure.net' } },
    );
    found.push(JSON.parse(stdout));
  }
  found.sort((one, other) => one.milliseconds - other.milliseconds);
  const middle = found[Math.floor(runs / 2)]!;
  yield { name: `load, ${name}`, value: Math.round(middle.milliseconds), unit: 'ms' };
  yield { name: `memory once loaded, ${name}`, value: Math.round(middle.memory / 2 ** 20), unit: 'MB' };
  return middle.milliseconds;
}

/** The app as only the compiler makes it; returns its entry file. */
function compiled(folder: string): string {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const built = spawnSync(
    process.execPath,
    [
      compiler.replace('package.json', 'bin/tsc'),
      ...['-p', `${root}tsconfig.build.json`],
      ...['--outDir', `${folder}/dist`, '--sourceMap', 'false'],
    ],
    { stdio: 'inherit' },
  );
  if (built.status !== 0) throw new Error('The compiler failed.');
  for (const name of ['node_modules', 'package.json']) symlinkSync(`${root}${name}`, `${folder}/${name}`);
  symlinkSync(`${root}nps`, `${folder}/dist/nps`);
  return `${folder}/dist/functions/app.js`;
}
