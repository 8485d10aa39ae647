import '../entry.mjs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Unused code: exports that no other file imports, files that no other file names, packages that no file imports.
 * A type may be exported only for its own file, because it says what its functions take. knip does more, but is 18 MB
 * large: run `npx knip` by hand.
 */
const folders = ['functions', 'shared', 'simulator', 'bench', 'scripts', 'infra', 'portal', 'cli', 'test'];
/** Files that are started, not imported. */
const entries =
  /^(functions\/app|functions\/http\/api\/documents|simulator\/(\w+\/main|local\/(start|host))|bench\/\w+|portal\/.*\/?(page|main|app)|cli\/[\w-]+|test\/.*(\.test|closing-line|warm-runner)|test\/simulator\/host\/apps\/.*)\.(ts|js|mjs)$/;
/** Packages that are run by their command, or that another tool looks for. */
const tools = ['@biomejs/biome', '@types/node', 'typescript', 'vite', 'vitest'];

export function unusedIn(root) {
  const texts = new Map(
    folders
      .filter((folder) => existsSync(`${root}/${folder}`))
      .flatMap((folder) =>
        readdirSync(`${root}/${folder}`, { recursive: true }).map((name) => `${folder}/${name}`),
      )
      .filter((file) => /\.(tsx?|mjs|js|mts)$/.test(file) && !file.includes('node_modules/'))
      .map((file) => [file.replaceAll('\\', '/'), readFileSync(`${root}/${file}`, 'utf8')]),
  );
  const imported = new Map();
  const packages = new Set();
  for (const [file, text] of texts)
    for (const { from, names } of importsIn(text)) {
      if (!from.startsWith('.')) packages.add(/^(@[^/]+\/)?[^/]+/.exec(from)[0]);
      else {
        const target = sourceOf(
          relative(root, resolve(root, dirname(file), from)).replaceAll('\\', '/'),
          texts,
        );
        imported.set(target, [...(imported.get(target) ?? []), ...names]);
      }
    }
  const all = [...texts.values()].join('\n') + textOfSettings(root);
  return [
    ...[...texts].flatMap(([file, text]) => unusedExports(file, text, imported.get(file) ?? [], texts)),
    ...[...texts.keys()]
      .filter((file) => !imported.has(file) && !entries.test(file) && !/\.d\.m?ts$/.test(file))
      .filter((file) => !all.includes(file.split('/').at(-1).replace(/\.ts$/, '.')))
      .map((file) => `unused file: ${file}`),
    ...packagesOf(root)
      .filter((name) => !packages.has(name) && !tools.includes(name) && !all.includes(`'${name}/`))
      .map((name) => `unused package: ${name}`),
  ];
}

function* importsIn(text) {
  const statement =
    /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?([^'"();]*?)\s*from\s+'([^']+)'|(?:^|\n)import '([^']+)'/g;
  for (const [, what, from, bare] of text.matchAll(statement))
    yield { from: from ?? bare, names: what === undefined ? [] : importedNames(what) };
  // A module that is loaded only when it is needed, or whose types are looked up: all of its exports may be used.
  for (const [, from] of text.matchAll(
    /\b(?:import|require|createRequire\(import\.meta\.url\))\('([^']+)'\)/g,
  ))
    yield { from, names: ['*'] };
}

function importedNames(what) {
  if (what.includes('*')) return ['*'];
  const braces = /\{([^}]*)\}/.exec(what)?.[1] ?? '';
  return braces
    .split(',')
    .flatMap((one) => /(?:type )?(\w+)/.exec(one.trim())?.[1] ?? [])
    .map((name) => name.replace(/^type$/, ''));
}

/** Programs import what is built from a source. */
function sourceOf(target, texts) {
  const source = target.replace(/^dist\//, '').replace(/\.js$/, '.ts');
  return texts.has(target) ? target : texts.has(source) ? source : target;
}

function unusedExports(file, text, names, texts) {
  if (names.includes('*') || entries.test(file) || file.endsWith('.d.mts')) return [];
  const exported = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const types = [...text.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name);
  // Loaded by a path that is put together, or by a hook that another module registers.
  const base = file.split('/').at(-1).replace(/\.ts$/, '.');
  const isLoaded = (name) =>
    [...texts].some(
      ([other, one]) => other !== file && one.includes(base) && new RegExp(`\\b${name}\\b`).test(one),
    );
  const usesItself = (name) => text.match(new RegExp(`\\b${name}\\b`, 'g')).length > 1;
  return [
    ...exported.filter((name) => !names.includes(name) && !isLoaded(name)),
    ...types.filter((name) => !names.includes(name) && !usesItself(name)),
  ].map((name) => `unused export: ${name} of ${file}`);
}

const packagesOf = (root) => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(`${root}/package.json`, 'utf8'),
  );
  return Object.keys({ ...dependencies, ...devDependencies });
};

/** Files other than sources that name files. */
const textOfSettings = (root) =>
  ['package.json', 'azure.yaml', 'vitest.config.ts']
    .filter((file) => existsSync(`${root}/${file}`))
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
    .join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = unusedIn(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''));
  for (const one of found) console.error(one);
  if (found.length > 0) process.exit(1);
}
