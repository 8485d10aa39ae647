import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npsStories, passing, tell, testsAbout } from './nps-stories.mjs';
import { oneLine } from './one-line.mjs';
import { sampleOf } from './sample.mjs';
import { warmEngine } from './warm-engine.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Made from the table of checks, which is mutated where it is written: shared/nps/checks. */
const generated = 'nps/private/run/findings.generated.ps1';

/**
 * Mutates the PowerShell module, one place at a time, in an engine that stays: the functions of the changed file are
 * defined again, and the stories of `test/nps` that reach the place are told until one of their tests fails. Yields each
 * mutant with its verdict, in the order in which they are drawn: so a run that `minutes` ends has asked about a sample.
 * Verdicts are kept as long as neither `nps/` nor `test/nps/` changes.
 */
export async function* mutateModule({ only, most, minutes, seed, keepsNothing }) {
  const world = await npsStories();
  if (!world.engine) throw new Error(`Mutants of nps/ need a PowerShell engine${world.skipReason}`);
  const warm = warmEngine(world.engine, `${root}test/mutation/Invoke-MutantCommands.ps1`, `${root}nps`);
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  try {
    const files = await filesOf(warm);
    const all = files
      .filter(({ name }) => only.length === 0 || only.some((one) => name.startsWith(one)))
      .flatMap((file) => file.mutants.map((mutant) => ({ ...mutant, file })));
    const known = keptVerdicts(keepsNothing);
    let learned;
    let endsAt = Number.POSITIVE_INFINITY;
    for (const mutant of sampleOf(all, most ?? all.length, seed)) {
      const { file, line, column, kind, was, became } = mutant;
      const key = `${file.name}:${mutant.start}:${mutant.end}:${became}`;
      let verdict = known.verdicts.get(key);
      if (!verdict) {
        if (Date.now() > endsAt) return;
        if (!learned) {
          learned = await learn(warm, world, files, folder, known.learned);
          endsAt = Date.now() + minutes * 60_000;
        }
        verdict = await verdictOn(mutant, learned, warm, world, folder);
        appendFileSync(known.file, `${JSON.stringify([key, verdict])}\n`);
      }
      yield {
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
  } finally {
    warm.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

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

const keyOfBlock = (file, index) => `${file.name}#${index}`;

/** A file that notes each of its blocks when it is reached. */
function marked(file) {
  return file.blocks
    .map(({ at }, index) => ({ at, mark: ` $global:VpnNpsReached['${keyOfBlock(file, index)}'] = 1; ` }))
    .toSorted((one, other) => other.at - one.at)
    .reduce((text, { at, mark }) => text.slice(0, at) + mark + text.slice(at), file.text);
}

/**
 * Plays every story of the unchanged module once: what it answers, and which blocks it reaches. Kept like the verdicts.
 * Then asks every test which stories it looks at.
 */
async function learn(warm, world, files, folder, file) {
  const subjects = [...world.subjects, ...world.subjectsOfRunCommands];
  if (!existsSync(file)) {
    for (const one of files) await loaded(warm, marked(one));
    const stories = [];
    for (const [subject, named] of subjects)
      for (const [name, steps] of Object.entries(named)) {
        const began = Date.now();
        const { answers, reached, failed } = await tell(warm, world, steps, folder);
        if (!answers) throw new Error(`${name}: ${failed}`);
        stories.push({ subject, name, reached, answers, took: Date.now() - began });
      }
    for (const one of files) await loaded(warm, one.text);
    writeFileSync(file, JSON.stringify(stories));
  }
  const stories = JSON.parse(readFileSync(file, 'utf8')).map((story) => ({
    ...story,
    reached: new Set(story.reached),
  }));
  const answers = new Map(stories.map((story) => [story, story.answers]));
  const tests = [];
  for (const [subject, named, declare] of subjects) {
    const own = stories.filter((story) => story.subject === subject);
    for (const story of own) story.steps = named[story.name];
    tests.push(...(await testsAbout(world, own, declare, answers)));
  }
  const failing = tests.filter(({ passes }) => !passes).length;
  if (failing > 0)
    console.error(`${failing} of ${tests.length} tests fail without a mutant and are not used`);
  return { answers, tests: tests.filter(({ passes }) => passes) };
}

async function loaded(warm, text) {
  return (await warm.ask({ do: 'load', text })).loaded ?? false;
}

async function verdictOn({ file, start, end, became }, { answers, tests }, warm, world, folder) {
  const block = file.blocks
    .map((one, index) => ({ ...one, index }))
    .filter((one) => one.start < start && end < one.end)
    .toSorted((one, other) => one.end - one.start - (other.end - other.start))[0];
  const reaching = [...answers.keys()]
    .filter(({ reached }) => !block || reached.has(keyOfBlock(file, block.index)))
    .sort((one, other) => one.took - other.took);
  if (reaching.length === 0) return 'not reached';
  // What is no PowerShell any more, or stops where it is loaded, is no mutant that a test could judge.
  if (!(await loaded(warm, file.text.slice(0, start) + became + file.text.slice(end)))) return 'broken';
  const original = new Map(reaching.map((story) => [story, answers.get(story)]));
  const waiting = new Set(reaching);
  try {
    for (const story of reaching) {
      const { answers: said, late } = await tell(warm, world, story.steps, folder, 20_000 + 20 * story.took);
      if (late) return 'late';
      // No answer, or none that can be read: no test of the story would pass.
      if (!said) return 'killed';
      answers.set(story, said);
      waiting.delete(story);
      for (const { test, looksAt } of tests)
        if (looksAt.includes(story) && !looksAt.some((one) => waiting.has(one)) && !(await passing(test)))
          return 'killed';
    }
    return 'survived';
  } finally {
    for (const [story, said] of original) answers.set(story, said);
    await loaded(warm, file.text);
  }
}

/** In a file that is named for what the verdicts depend on. */
function keptVerdicts(keepsNothing) {
  const digest = createHash('sha256');
  for (const folder of ['nps', 'test/nps'])
    for (const name of readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|psm?1)$/.test(name)) digest.update(name).update(readFileSync(`${root}${folder}/${name}`));
  const name = `${root}.mutation/nps-${digest.digest('hex').slice(0, 16)}`;
  const file = `${name}.jsonl`;
  if (keepsNothing) rmSync(file, { force: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return { file, learned: `${name}.stories.json`, verdicts: new Map(lines.map((line) => JSON.parse(line))) };
}
