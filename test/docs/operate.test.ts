import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = (folder: string, ending: string) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(`${root}${folder}/${file}`, 'utf8'));
const app = [...sources('functions', '.ts'), ...sources('shared', '.ts')];
const manual = readFileSync(`${root}docs/operate.md`, 'utf8');
const codesOf = (texts: readonly string[], ...patterns: readonly RegExp[]) =>
  new Set(
    texts.flatMap((text) => patterns.flatMap((one) => [...text.matchAll(one)].map(([, code]) => code!))),
  );
const undocumented = (codes: Iterable<string>) =>
  [...codes].filter((code) => !manual.includes(`\`${code}\``)).sort();

it('docs/operate.md says what to do about every error code of the app', () => {
  const codes = codesOf(
    app,
    // The first argument, also when it is the default of another value.
    /\b(?:failed|refused|problem|warning|wrong)\(\s*(?:[\w.?]+ \?\? )?'([A-Z]\w+)',/g,
    /\bcode: (?:[^,\n]*\? )?'([A-Z]\w+)'/g,
    /\bcode: [^,\n]*\? '\w+' : '([A-Z]\w+)'/g,
    /^ {2}(?:'[a-z ]+'): '([A-Z]\w+)',$/gm,
  );
  const prefixes = codesOf(app, /\bprefix: '([A-Z]\w+)'/g);
  const endings = codesOf(app, /\$\{party\.prefix\}([A-Z]\w+)`/g);
  expect(codes.size).toBeGreaterThan(120);
  expect([prefixes.size, endings.size]).toEqual([2, 3]);
  for (const prefix of prefixes) for (const ending of endings) codes.add(`${prefix}${ending}`);
  expect(undocumented(codes)).toEqual([]);
});

it('and of every one that an NPS server answers with', () => {
  const codes = codesOf(sources('nps', '.ps1'), /New-VpnNpsError (?:-Code )?'([A-Z]\w+)'/g);
  expect(codes.size).toBeGreaterThan(5);
  expect(undocumented(codes)).toEqual([]);
});

it('names every metric and every line of the log', () => {
  expect(undocumented(codesOf(app, /'(vpn_radius\.[\w.]+)'/g))).toEqual([]);
  expect(undocumented(codesOf(app, /logLine\(\s*'(VpnRadius\.[\w.]+)'/g))).toEqual([]);
});

it('names every alert', () => {
  const alerts = codesOf(
    [readFileSync(`${root}infra/modules/monitoring/alerts.bicep`, 'utf8')],
    /^ {4}name: '([\w-]+)'$/gm,
  );
  expect(alerts.size).toBeGreaterThan(2);
  expect(undocumented([...alerts, 'dead-letters'])).toEqual([]);
});

it('tells how long work lies still after a host died, as host.json has it', () => {
  const { storageProvider } = JSON.parse(readFileSync(`${root}host.json`, 'utf8')).extensions.durableTask;
  expect(storageProvider).toEqual({
    controlQueueVisibilityTimeout: '00:01:00',
    workItemQueueVisibilityTimeout: '00:01:00',
    maxQueuePollingInterval: '00:00:05',
  });
  const chapter = manual.split('### After a host died')[1]!.split('\n#')[0]!;
  expect(chapter).toContain('are one minute instead of the five of the');
  expect(chapter.replaceAll('\n', ' ')).toContain('`maxQueuePollingInterval` is five seconds');
});
