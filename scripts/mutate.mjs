import './entry.mjs';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { leftOut } from './mutation/left-out.mjs';
import { mutateModule } from './mutation/nps.mjs';
import { others, partOf, pure } from './mutation/parts.mjs';
import { sampleOf } from './mutation/sample.mjs';
import { mutateSources, strykerMissing } from './mutation/stryker.mjs';

/** What `npm run mutate` does: see docs/mutation.md. Exits 1 when it cannot mutate, not when mutants survive. */
const root = fileURLToPath(new URL('../', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    files: { type: 'string' },
    nps: { type: 'boolean' },
    most: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    workers: { type: 'string' },
    fresh: { type: 'boolean' },
    json: { type: 'boolean' },
  },
});

const seed = Number(values.seed ?? 1);
/** A run copies the sources when it begins. */
const mutated = commit();
const asked = values.only?.map((one) => one.replace(/\/$/, ''));
const parts = asked?.filter((one) => !isModule(one)) ?? (values.nps ? [] : [...pure, ...others]);
const ofModule = asked?.filter(isModule) ?? [];

const missing = parts.length > 0 && strykerMissing();
if (missing) fail(missing);
for (const part of parts) {
  const all = sourcesOf(part);
  if (all.length === 0)
    fail(`${part} has no sources: files and folders of shared/, functions/ and nps/private/ can be mutated`);
  const files = sampleOf(all, Number(values.files ?? all.length), seed).sort();
  const began = Date.now();
  const result = await mutateSources({
    part,
    files,
    withAdapters: !pure.some((folder) => part.startsWith(folder)),
    workers: Number(values.workers ?? 1),
    keepsNothing: values.fresh ?? false,
  }).catch(({ message }) => fail(`${part}: ${message}`));
  tellScore({ ...result, ...drawn(files.length, all.length, 'files'), seconds: secondsSince(began) });
}
if (values.nps || ofModule.length > 0 || !asked) await mutateNps();

/** Each folder or file that was asked for is a part of its own. */
async function mutateNps() {
  let began = Date.now();
  let verdicts = [];
  const parts = ofModule.length > 0 ? ofModule : ['nps/private'];
  const most = values.most ? Number(values.most) : undefined;
  const minutes = Number(values.minutes ?? Number.POSITIVE_INFINITY);
  const keepsNothing = values.fresh ?? false;
  const tell = () => {
    if (verdicts.length > 0) tellModuleScore(verdicts, secondsSince(began));
    began = Date.now();
    verdicts = [];
  };
  try {
    for await (const one of mutateModule({ parts, most, minutes, seed, keepsNothing })) {
      if (verdicts.length > 0 && verdicts[0].part !== one.part) tell();
      verdicts.push(one);
    }
  } catch (error) {
    fail(error.message);
  }
  tell();
}

function tellModuleScore(verdicts, seconds) {
  const [{ part, of }] = verdicts;
  const count = (...those) => verdicts.filter(({ verdict }) => those.includes(verdict)).length;
  tellScore({
    part,
    killed: count('killed', 'late'),
    survived: count('survived'),
    notReached: count('not reached'),
    ignored: 0,
    broken: count('broken'),
    survivors: verdicts
      .filter(({ verdict }) => verdict === 'survived')
      .map(({ verdict: _, of: __, part: ___, ...where }) => where),
    ...drawn(verdicts.length, of, 'mutants'),
    seconds,
  });
}

function isModule(one) {
  return one.startsWith('nps');
}

function sourcesOf(part) {
  if (!/^(shared|functions)(\/|$)/.test(part)) return [];
  if (part.endsWith('.ts')) return [part];
  return readdirSync(root + part, { recursive: true, encoding: 'utf8' })
    .map((name) => `${part}/${name.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts') && !(file in leftOut) && isOf(part, file))
    .sort();
}

/** A folder that holds parts of their own does not hold their files. */
function isOf(part, file) {
  return partOf(file).length <= part.length;
}

/** How a sample is named; nothing when all of it was mutated. */
function drawn(number, all, what) {
  return number < all ? { sample: `${number} of ${all} ${what}, seed ${seed}` } : {};
}

function secondsSince(began) {
  return Math.round((Date.now() - began) / 1000);
}

/** What was mutated: the commit, and whether something differs from it. */
function commit() {
  const said = spawnSync('git', ['describe', '--always', '--dirty=, with changes', '--exclude', '*'], {
    cwd: root,
    encoding: 'utf8',
  });
  return said.stdout?.trim() || 'unknown';
}

function tellScore(result) {
  if (values.json)
    return console.log(
      JSON.stringify({ ...result, date: new Date().toISOString().slice(0, 10), commit: mutated }),
    );
  const { part, sample, killed, survived, notReached, ignored, survivors, seconds } = result;
  const all = killed + survived + notReached;
  const score = all ? ((100 * killed) / all).toFixed(1) : '–';
  console.log(
    `${part}${sample ? ` (${sample})` : ''}: ${all} mutants, ${killed} killed, ${survived} survived, ${notReached} not reached, ${ignored} left out; score ${score}; ${seconds} s`,
  );
  for (const { file, line, column, was, became } of survivors)
    console.log(`  ${file}:${line}:${column}  ${was}  →  ${became}`);
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
