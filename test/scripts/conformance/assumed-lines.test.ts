import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { assumedLines } = (await import('../../../scripts/conformance/assumed-lines.mjs' as string)) as {
  assumedLines: (root: string) => readonly { readonly ids: readonly string[]; readonly says: string }[];
};
const { knownIds } = (await import('../../../scripts/conformance/looks.mjs' as string)) as {
  knownIds: (root: string) => ReadonlySet<string>;
};
const lines = assumedLines(root);
const ids = new Set(lines.flatMap((line) => line.ids));

/** Where "assumed" stands without a colon and the ids of lines that are known. */
function unmarked(text: string): string[] {
  const gap = String.raw`[\s*/#]*`;
  const word = new RegExp(
    String.raw`\bassum(?:ed|es?|ptions?)\b(?::${gap}([A-Za-z][\w-]*(?:,${gap}[A-Za-z][\w-]*)*))?`,
    'gi',
  );
  return [...text.matchAll(word)].flatMap(([found, named = '']) => {
    const names = named.split(/,[\s*/#]*/);
    return names.every((name) => ids.has(name)) ? [] : [found];
  });
}

const filesBelow = (folder: string) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|mjs|ps1|psm1)$/.test(name))
    .map((name) => `${folder}/${name}`);

it('each line that a README calls assumed is looked at, or not looked at with a reason', () => {
  expect(lines.length).toBeGreaterThan(80);
  expect(lines.filter((line) => line.ids.length === 0)).toEqual([]);
  expect([...ids].filter((id) => !knownIds(root).has(id))).toEqual([]);
  expect([...knownIds(root)].filter((id) => !ids.has(id))).toEqual([]);
});

it.each(['simulator', 'shared', 'functions', 'nps/private', 'nps/standins', 'bench', 'portal'])(
  'a comment in %s that says assumed names a line',
  (folder) => {
    const wrong = filesBelow(folder).flatMap((file) =>
      unmarked(readFileSync(`${root}${file}`, 'utf8')).map((found) => `${file}: ${found}`),
    );
    expect(wrong).toEqual([]);
  },
);

it.each([
  ['simulator/README.md', '## What is only assumed'],
  ['nps/README.md', '## What is assumed, and how sure it is'],
])('%s calls nothing assumed outside of its table', (file, heading) => {
  const [before, section] = readFileSync(`${root}${file}`, 'utf8').split(heading);
  const rest = section!.split('\n## ').slice(1).join('\n');
  const outside = `${before}${rest}`
    .replaceAll('#what-is-only-assumed', '')
    .replaceAll('Test-NpsAssumptions', '');
  expect(unmarked(outside)).toEqual([]);
});

it('would find a line that nobody looks at, and a comment without one', () => {
  expect(unmarked('// assumed')).toEqual(['assumed']);
  expect(unmarked('// The code is assumed: NobodyKnowsThisCode.')).toHaveLength(1);
  expect(unmarked('/** Assumed: that it is so. */')).toHaveLength(1);
  expect(unmarked('// The code is assumed: InvalidGatewaySku.')).toEqual([]);
  expect(unmarked('// assumed: InvalidGatewaySku, NobodyKnowsThisCode')).toHaveLength(1);
  expect(unmarked(' * Assumed: TooManyPolicyGroups,\n * event-at-end.')).toEqual([]);
});
