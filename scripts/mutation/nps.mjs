import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groupsOf, judge } from './nps-judge.mjs';
import { digestOf, keptStories, keptVerdicts } from './nps-kept.mjs';
import { marked } from './nps-reach.mjs';
import { npsStories, tell, testsAbout } from './nps-stories.mjs';
import { oneLine } from './one-line.mjs';
import { sampleOf } from './sample.mjs';
import { warmEngine } from './warm-engine.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Made from the table of checks, which is mutated where it is written: shared/nps/checks. */
const generated = 'nps/private/run/findings.generated.ps1';

/**
 * Mutates the PowerShell module, one place at a time, in an engine that stays: the functions of the changed file are
 * defined again, and the stories of `test/nps` that can notice the change are told until one of their tests fails. Yields
 * each mutant with its verdict, part by part, in the order in which they are drawn: so a run that `minutes` ends has
 * asked about a sample of its last part.
 */
export async function* mutateModule({ parts, most, minutes, seed, keepsNothing }) {
  const world = await npsStories();
  if (!world.engine) throw new Error(`Mutants of nps/ need a PowerShell engine${world.skipReason}`);
  const warm = warmEngine(world.engine, `${root}test/mutation/Invoke-MutantCommands.ps1`, `${root}nps`);
  // Not in the folder for temporary files: PowerShell lists the folders above a file, and that one may hold thousands.
  const folder = mkdtempSync(`${root}.mutation/server-`);
  try {
    const files = await filesOf(warm);
    const mutantsOf = (part) =>
      files
        .filter(({ name }) => name === part || name.startsWith(`${part}/`))
        .flatMap((file) => file.mutants.map((mutant) => ({ ...mutant, file, part })));
    for (const part of parts) if (mutantsOf(part).length === 0) throw new Error(`${part} has no mutants`);
    const learned = await learn(warm, world, files, folder);
    const known = keptVerdicts(keepsNothing, learned.tests);
    const endsAt = Date.now() + minutes * 60_000;
    const judges = judge({ warm, world, folder, answers: learned.answers });
    for (const part of parts) {
      const all = mutantsOf(part);
      const verdicts = new Map();
      const keep = (mutant, found) => {
        known.keep(mutantKey(mutant), found);
        verdicts.set(mutant, found.verdict);
      };
      const waiting = [];
      for (const mutant of sampleOf(all, most ?? all.length, seed)) {
        const { verdict, toAsk } = known.of(mutantKey(mutant));
        if (verdict) {
          verdicts.set(mutant, verdict);
          continue;
        }
        if (Date.now() > endsAt) break;
        const suspect = judges.suspectOf(mutant, toAsk);
        const found = suspect ? await judges.first(suspect) : { verdict: 'not reached' };
        if (found) keep(mutant, found);
        else waiting.push(suspect);
      }
      for (const group of groupsOf(waiting))
        for (const [{ mutant }, found] of await judges.settle(group)) keep(mutant, found);
      for (const [mutant, verdict] of verdicts) {
        const { file, line, column, kind, was, became } = mutant;
        yield {
          part,
          file: file.name,
          line,
          column,
          kind,
          was: oneLine(was),
          became: oneLine(became),
          verdict,
          of: all.length,
        };
      }
    }
  } finally {
    warm.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const mutantKey = ({ file, start, end, became }) =>
  `${file.name}:${digestOf(file.text)}:${start}:${end}:${became}`;

async function filesOf(warm) {
  const names = readdirSync(`${root}nps/private`, { recursive: true, encoding: 'utf8' })
    .map((name) => `nps/private/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ps1') && name !== generated)
    .sort();
  const files = [];
  for (const name of names) {
    const found = await warm.ask({ do: 'find', file: root + name });
    if (!found.mutants) throw new Error(`${name}: ${found.failed}`);
    files.push({ name, text: readFileSync(root + name, 'utf8'), ...found });
  }
  return files;
}

/**
 * What every story answers to the unchanged module, and which marks it reaches. Then asks every test which stories it
 * looks at.
 */
async function learn(warm, world, files, folder) {
  const subjects = [...world.subjects, ...world.subjectsOfRunCommands];
  const named = subjects.flatMap(([subject, steps]) =>
    Object.entries(steps).map(([name, its]) => ({ subject, name, steps: its })),
  );
  const kept = keptStories();
  if (named.some(({ steps }) => !kept.of(steps))) {
    for (const one of files)
      if (!(await loaded(warm, marked(one)))) throw new Error(`${one.name} cannot be loaded with its marks`);
  }
  const stories = [];
  for (const story of named) {
    let told = kept.of(story.steps);
    if (!told) {
      const began = Date.now();
      const { answers, reached, failed } = await tell(warm, world, story.steps, folder);
      if (!answers) throw new Error(`${story.name}: ${failed}`);
      told = kept.keep(story.steps, { reached, answers, took: Date.now() - began });
    }
    stories.push({ ...story, ...told, reached: new Set(told.reached), noticed: new Map() });
  }
  for (const one of files) await loaded(warm, one.text);
  const answers = new Map(stories.map((story) => [story, story.answers]));
  const tests = [];
  for (const [subject, , declare] of subjects) {
    const own = stories.filter((story) => story.subject === subject);
    tests.push(...(await testsAbout(world, own, declare, answers)));
  }
  for (const one of tests) one.by = digestOf(`${one.test}`, ...one.looksAt.map(({ steps }) => textOf(steps)));
  const failing = tests.filter(({ passes }) => !passes).length;
  if (failing > 0)
    console.error(`${failing} of ${tests.length} tests fail without a mutant and are not used`);
  return { answers, tests: tests.filter(({ passes }) => passes) };
}

/** A secret that is encrypted comes out otherwise each time. */
const textOf = (steps) => JSON.stringify(steps, (key, value) => (key === 'sealed' ? undefined : value));

async function loaded(warm, text) {
  return (await warm.ask({ do: 'load', text })).loaded ?? false;
}
