import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { oneLine } from './one-line.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const installed = `${root}test/mutation/node_modules/@stryker-mutator/core`;
/** What Stryker keeps between two runs, and the report of each part with every mutant. */
const kept = '.mutation';

/** Why Stryker cannot run here; undefined when it can. */
export const strykerMissing = () =>
  existsSync(installed) ? undefined : 'Stryker is not installed: npm ci --prefix test/mutation';

/**
 * Mutates the files of one part and asks the unit tests about each mutant. What is as it was in the run before, mutant and
 * tests, keeps its verdict. Resolves with counts and with the mutants that no test noticed.
 */
export async function mutateSources({ part, files, withAdapters, workers, keepsNothing }) {
  const { Stryker } = await import(
    pathToFileURL(createRequire(`${root}test/mutation/package.json`).resolve('@stryker-mutator/core')).href
  );
  mkdirSync(`${root}${kept}`, { recursive: true });
  process.env.MUTATE_ADAPTERS = withAdapters ? part : '';
  const name = part.replaceAll('/', '-');
  const report = `${kept}/${name}.json`;
  await new Stryker({
    mutate: files,
    testRunner: 'warm',
    plugins: [`${root}test/mutation/warm-runner.mjs`],
    vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // Code that runs when a module is loaded: each such mutant would need all modules loaded anew.
    ignoreStatic: true,
    concurrency: workers,
    // An endless loop ends by a count of hits. Time only says how busy the machine is.
    timeoutMS: 120_000,
    // Beside other work, the first run of all tests takes longer than the five minutes that Stryker gives it.
    dryRunTimeoutMinutes: 30,
    incremental: true,
    incrementalFile: `${kept}/${name}.incremental.json`,
    force: keepsNothing,
    tempDirName: `${kept}/sandbox-${name}`,
    ignorePatterns: ['dist', 'docs/images', '.state', '*.zip', '.build-*', kept],
    reporters: ['json', 'survivors'],
    jsonReporter: { fileName: report },
    // TypeScript 7 has no interface for programs, and Vitest needs none.
    tsconfigFile: 'none.json',
    disableTypeChecks: false,
    logLevel: 'warn',
    allowConsoleColors: false,
  }).runMutationTest();
  // A report also has what is known of files that this run leaves out.
  const told = JSON.parse(readFileSync(`${root}${report}`, 'utf8')).files;
  const mutated = Object.entries(told).filter(([file]) => files.includes(file));
  return { part, ...countsOf(mutated), survivors: survivorsOf(mutated) };
}

function countsOf(mutated) {
  const results = mutated.flatMap(([, { mutants }]) => mutants);
  const of = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  return {
    killed: of('Killed', 'Timeout'),
    survived: of('Survived'),
    notReached: of('NoCoverage'),
    ignored: of('Ignored'),
    broken: of('CompileError', 'RuntimeError'),
  };
}

/** The place, the text before and the text instead. */
function survivorsOf(mutated) {
  return mutated
    .flatMap(([file, { source, mutants }]) => {
      const lines = source.split('\n');
      return mutants
        .filter(({ status }) => status === 'Survived')
        .map(({ location: { start, end }, replacement, mutatorName }) => ({
          file,
          line: start.line,
          column: start.column,
          kind: mutatorName,
          was: textBetween(lines, start, end),
          became: oneLine(replacement),
        }));
    })
    .sort(
      (one, other) =>
        one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column,
    );
}

function textBetween(lines, start, end) {
  const text = lines.slice(start.line - 1, end.line);
  text[text.length - 1] = text.at(-1).slice(0, end.column - 1);
  text[0] = text[0].slice(start.column - 1);
  return oneLine(text.join(' '));
}
