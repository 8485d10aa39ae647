import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const filesOf = (folder: string, recursive = true) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
const app = ['functions', 'shared', 'cli', 'portal', 'nps', 'infra'];
const folders = [...app, 'simulator', 'bench', 'scripts', 'test', 'docs', '.github'];
const files = [...filesOf('', false), ...folders.flatMap((folder) => filesOf(folder))];
const names = new Set(files.map((file) => basename(file)));
const documents = files.filter((file) => file.endsWith('.md'));
const workflows = files.filter((file) => file.startsWith('.github/'));
const read = (file: string) => readFileSync(root + file, 'utf8');

/** What the reader makes, or a command writes. */
const madeLater = new Set([
  'infra/mine.bicepparam',
  'gateway.bicep',
  'gateway.bicepparam',
  'conformance.json',
  'vpn-radius.sbom.json',
]);

/** Words that begin with a folder of this tree, and words in backticks that look like a file. */
function pathsIn(text: string): string[] {
  const below = new RegExp(String.raw`(?<![\w./@-])(?:${folders.join('|')})/[\w./@<*{$-]*`, 'g');
  const inFolders = [...text.matchAll(below)].map(([path]) => path.replace(/\.$/, ''));
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, words]) => words!.split(/[\s"'=:,;()]+/));
  const file = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.(?:ts|tsx|mjs|ps1|psm1|bicep|bicepparam|md|json|yml)$/;
  return [...inFolders.filter((path) => !/[<*{$]/.test(path)), ...quoted.filter((word) => file.test(word))];
}

function isThere(path: string, from: string): boolean {
  if (madeLater.has(path) || existsSync(root + path)) return true;
  return existsSync(join(root, dirname(from), path)) || (!path.includes('/') && names.has(path));
}

/** The headings of a document, as GitHub makes anchors of them. */
const anchorsOf = (document: string) =>
  [...read(document).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

/** What is wrong in these files, each with its file. */
const wrongIn = (all: readonly string[], wrong: (file: string) => readonly string[]) =>
  all.flatMap((file) => wrong(file).map((what) => `${file}: ${what}`));

it('documents and workflows name only files that are there', () => {
  const missing = (file: string) => pathsIn(read(file)).filter((path) => !isThere(path, file));
  expect(documents.length).toBeGreaterThan(25);
  expect(wrongIn([...documents, ...workflows, 'azure.yaml'], missing)).toEqual([]);
});

it('documents link only to files and headings that are there', () => {
  const broken = (file: string) =>
    // What is in backticks is code, and no link.
    [
      ...read(file)
        .replaceAll(/`[^`\n]*`/g, '``')
        .matchAll(/\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)/g),
    ]
      .filter(([, path, anchor]) => {
        const target = path ? join(dirname(file), path) : file;
        return !existsSync(root + target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
      })
      .map(([link]) => link);
  expect(wrongIn(documents, broken)).toEqual([]);
});

it('documents and workflows call only commands of package.json', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const unknown = (file: string) =>
    [...read(file).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)]
      .map(([, name]) => name!)
      .filter((name) => !(name in scripts));
  expect(wrongIn([...documents, ...workflows], unknown)).toEqual([]);
});

it('each row of "To change X, open Y" names a file or a folder', () => {
  const table = /## To change X, open Y[^|]*((?:\|.*\n)+)/.exec(read('README.md'))![1]!;
  const rows = table.trim().split('\n').slice(2);
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((row) => pathsIn(row).length === 0)).toEqual([]);
});
