import '../entry.mjs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The structure of the house, imports of types included: no circle, no import against the order of the parts, no adapter
 * that more than the wiring knows, no step that others call directly, no crowded or deep folder, no name of a function or
 * of an export in two files. Prints each fault with its place and exits 1. The test calls `checkHouse(root)`.
 */
const mostFilesInAFolder = 16;
const folders = ['functions', 'shared', 'cli', 'portal', 'simulator', 'bench', 'scripts'];
/** Not docs/: other pages link to its pages where they are, and README.md lists them by what a reader wants. */
const counted = [...folders, 'nps', 'infra', 'test'];

/** Within each of these a name stands for one thing. */
const naming = [['functions', 'shared'], ['cli'], ['portal'], ['scripts'], ['bench'], ['simulator']];
/** What `bench/one.ts` asks every benchmark for. */
const asked = /^bench\/\w+\.ts figures$/;

/** What each part of `shared/` may import apart from itself. `config.ts` and `ports.ts` are above all parts. */
const mayImport = {
  core: [],
  gateway: ['core'],
  nps: ['core'],
  secret: ['core'],
  deployment: ['core', 'gateway', 'nps', 'secret'],
  compliance: ['core', 'gateway', 'nps', 'secret', 'deployment'],
};

/** Packages that reach outsiders, and what reaches them without one. Only adapters may use them. */
const outsiders = /^(@azure\/(arm-|identity|keyvault-|storage-|eventgrid|data-tables)|node:https?$)/;
const fetching = /(?<![\w.])fetch\(/;
/** The folder of adapters that a file is in; undefined for all others. */
const adaptersOf = (file) => /^shared\/(?:azure|ticketing)(?=\/)/.exec(file)?.[0];
/** What connects the app with its adapters: all else knows only the ports. Benchmarks and scripts are no part of the app. */
const wiring = /^functions\/(app|ports|storage|telemetry|durable-instances)\.ts$|^(bench|scripts)\//;
/** Words and no code: what adapters implement and the app asks for. */
const ports = 'shared/ports.ts';

/** A durable step runs only as an activity: others know its types. A `steps.ts` holds steps, or is the table of them. */
const isStep = (file) => /^functions\/(.+\/)?steps(\/|\.ts$)/.test(file);

export function checkHouse(root) {
  const files = ['functions', 'shared', 'cli'].flatMap((folder) => typescriptBelow(`${root}/${folder}`));
  const imports = new Map(files.map((file) => [relative(root, file), importsOf(file, root)]));
  const everywhere = folders.flatMap((folder) => codeBelow(`${root}/${folder}`));
  const all = new Map(everywhere.map((file) => [relative(root, file), importsOf(file, root)]));
  return [
    ...circles(all).map((circle) => `circle: ${circle.join(' → ')}`),
    ...[...imports].flatMap(([file, { modules, values, packages }]) => [
      ...modules.filter((target) => isForbidden(file, target)).map((target) => `arrow: ${file} → ${target}`),
      ...values
        .filter((target) => isStep(target) && !isStep(file) && file !== 'functions/app.ts')
        .map((target) => `step: ${file} imports more than types of ${target}`),
      ...packages
        .filter((name) => outsiders.test(name) && !adaptersOf(file))
        .map((name) => `adapter: ${file} imports ${name}`),
      ...values
        .filter((target) => target === ports)
        .map((target) => `port: ${file} imports more than types of ${target}`),
    ]),
    ...[...all].flatMap(([file, { modules }]) =>
      modules
        .filter(
          (target) => adaptersOf(target) && adaptersOf(target) !== adaptersOf(file) && !wiring.test(file),
        )
        .map((target) => `adapter: ${file} imports ${target}`),
    ),
    ...files
      .filter((file) => fetching.test(readFileSync(file, 'utf8')))
      .map((file) => relative(root, file))
      .filter((file) => /^(functions|shared)\//.test(file) && !adaptersOf(file))
      .map((file) => `adapter: ${file} calls fetch`),
    ...crowded(
      counted.flatMap((folder) => pathsBelow(`${root}/${folder}`)).map((file) => relative(root, file)),
    ),
    ...files
      .map((file) => relative(root, file))
      .filter((file) => file.split('/').length > 4)
      .map((file) => `deep: ${file} is in more than two folders of its part`),
    ...naming.flatMap((parts) => sharedNames(parts, root)),
  ];
}

/**
 * A name that two files export, or that functions of two files have. For each name, readers and their editors must find
 * only one place.
 */
function sharedNames(parts, root) {
  const places = new Map();
  for (const path of parts.flatMap((part) => codeBelow(`${root}/${part}`))) {
    const file = relative(root, path);
    for (const name of namesIn(readFileSync(path, 'utf8')))
      if (!asked.test(`${file} ${name}`)) places.set(name, [...(places.get(name) ?? []), file]);
  }
  return [...places]
    .filter(([, [, ...others]]) => others.length > 0)
    .map(([name, where]) => `name: ${where.join(' and ')} have ${name}`);
}

const exported = /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm;
const moduleFunction =
  /^(?:async )?(?:function\*? |const )(\w+)(?=[(<]|(?:: [^=]+)? =\s+(?:async )?(?:\(|<|function\b|\w+ =>))/gm;

const namesIn = (text) =>
  new Set([exported, moduleFunction].flatMap((names) => [...text.matchAll(names)].map(([, name]) => name)));

function pathsBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : pathsBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const typescriptBelow = (folder) => pathsBelow(folder).filter((file) => file.endsWith('.ts'));
const codeBelow = (folder) => pathsBelow(folder).filter((file) => /\.(tsx?|mjs)$/.test(file));

function importsOf(file, root) {
  const found = [
    ...readFileSync(file, 'utf8').matchAll(
      /(?:^|\n)(?:import|export)[^;]*?from '([^']+)'|(?:^|\n)import '([^']+)'|import\('([^']+)'\)/g,
    ),
  ];
  const all = found.map(([statement, ...ways]) => ({
    isOfTypes: ofTypes.test(statement),
    name: ways.find((name) => name !== undefined),
  }));
  const modules = all
    .filter(({ name }) => name.startsWith('.'))
    .map(({ isOfTypes, name }) => ({ isOfTypes, target: relative(root, resolve(dirname(file), name)) }));
  return {
    modules: modules.map(({ target }) => target),
    values: modules.filter(({ isOfTypes }) => !isOfTypes).map(({ target }) => target),
    packages: all.map(({ name }) => name).filter((name) => !name.startsWith('.')),
  };
}

/** `import type …`, or braces in which every name is a type. */
const ofTypes = /^\s*(?:import|export) (?:type |\{(?:\s*type [\w ]+,?)+\s*\} from)/;

function isForbidden(file, target) {
  const [top, part] = file.split('/');
  const [targetTop, targetPart] = target.split('/');
  // The command line knows the app only by its HTTP API, and the answers only by the types of `shared/`.
  if (top === 'cli') return targetTop !== 'cli' && targetTop !== 'shared' && target !== 'scripts/az.mjs';
  if (top !== 'shared') return targetTop !== 'functions' && targetTop !== 'shared';
  if (targetTop !== 'shared') return true;
  const may = mayImport[part];
  return may !== undefined && part !== targetPart && !may.includes(targetPart);
}

/** Strongly connected modules, by Tarjan's algorithm. */
function circles(imports) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const target of imports.get(file)?.modules ?? []) {
      if (!imports.has(target)) continue;
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file), low.get(target)));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = stack.splice(stack.indexOf(file));
    if (circle.length > 1) found.push(circle);
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return found;
}

function crowded(files) {
  const count = new Map();
  for (const file of files) count.set(dirname(file), (count.get(dirname(file)) ?? 0) + 1);
  return [...count]
    .filter(([, number]) => number > mostFilesInAFolder)
    .map(([folder, number]) => `crowded: ${folder} has ${number} files, ${mostFilesInAFolder} at most`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = checkHouse(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
}
