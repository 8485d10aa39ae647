/**
 * Loads a built app from its JavaScript files. Every further host of the same process loads it again.
 *
 * Node.js evaluates a module once in a process, but an app may read its settings while it is loaded. So each load after
 * the first gets fresh copies of the app's own modules: files below the app's root that are not in `node_modules`, and
 * that its build does not name in `sharedByHosts`. All copies share these files and the packages, and also
 * `process.env`: a handler that reads a setting late sees the setting of the newest host. The first load is an ordinary
 * import, so that a process with one host runs exactly what the Functions host would run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type App, collectRegistrations } from './functions-core.ts';

/** A module that was imported by a numbered copy is a copy of the same number. */
const copyingHook = (shared: readonly string[]) => `
const shared = new Set(${JSON.stringify(shared)});
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const copy = context.parentURL?.startsWith('file:') && new URL(context.parentURL).searchParams.get('host');
  if (!copy || !resolved.url.startsWith('file:') || resolved.url.includes('/node_modules/') || shared.has(resolved.url))
    return resolved;
  const url = new URL(resolved.url);
  url.searchParams.set('host', copy);
  return { ...resolved, url: url.href };
}`;

let loads = 0;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Registrations of the app whose entry file is `appFile`. Rejects with the app's own error when it cannot be loaded.
 */
export function loadApp(appFile: string, log: App['log']): Promise<App> {
  const loaded = queue.then(() => loadNext(resolve(appFile), log));
  queue = loaded.catch(() => undefined);
  return loaded;
}

async function loadNext(file: string, log: App['log']): Promise<App> {
  if (!existsSync(file)) {
    throw new Error(
      `appFile: ${file} does not exist; build the app first (npm run build) or name its entry file.`,
    );
  }
  const app: App = {
    functions: new Map(),
    hooks: new Map(),
    model: undefined,
    hookData: {},
    log,
    streams: false,
  };
  const copy = loads++;
  const url = pathToFileURL(file);
  if (copy > 0) {
    if (copy === 1) register(`data:text/javascript,${encodeURIComponent(copyingHook(sharedBeside(file)))}`);
    url.searchParams.set('host', String(copy));
    forgetCommonJs(appRoot(file));
  }
  const load = await nativeImport();
  await collectRegistrations(app, () => load(url.href));
  if (!app.model || app.functions.size === 0) {
    throw new Error(`appFile: ${file} registered no function with @azure/functions (programming model v4).`);
  }
  return app;
}

/** Files of a bundle that know no settings, as its build says. None when the app is not a bundle. */
function sharedBeside(file: string): string[] {
  const record = resolve(dirname(file), '../build.json');
  if (!existsSync(record)) return [];
  const { sharedByHosts } = JSON.parse(readFileSync(record, 'utf8')) as { sharedByHosts: string[] };
  return sharedByHosts.map((name) => pathToFileURL(join(dirname(file), name)).href);
}

/** The folder of the package.json that applies to the app. `node_modules` and host.json are looked for there. */
export function appRoot(appFile: string): string {
  for (let folder = dirname(resolve(appFile)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  }
}

function forgetCommonJs(root: string): void {
  const cache = createRequire(import.meta.url).cache;
  for (const file of Object.keys(cache)) {
    if (file.startsWith(root + sep) && !file.includes(`${sep}node_modules${sep}`)) delete cache[file];
  }
}

/** `import` of Node.js itself, also when a bundler or test runner has rewritten the import expressions of this file. */
async function nativeImport(): Promise<(url: string) => Promise<unknown>> {
  const source = 'data:text/javascript,export const load = (url) => import(url);';
  const module = (await import(/* @vite-ignore */ source)) as { load: (url: string) => Promise<unknown> };
  return module.load;
}
