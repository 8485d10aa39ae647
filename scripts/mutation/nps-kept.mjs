import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A short name for what a verdict depends on. */
export const digestOf = (...texts) => {
  const digest = createHash('sha256');
  for (const text of texts) digest.update(`${text.length}:`).update(text);
  return digest.digest('hex').slice(0, 16);
};

function scriptsIn(folder) {
  const names = readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .filter((name) => /\.psm?1$/.test(name))
    .flatMap((name) => [name, readFileSync(`${root}${folder}/${name}`)]);
}

/** What the stories are played with: the module and the stand-ins. */
const played = () =>
  digestOf(...scriptsIn('nps'), readFileSync(`${root}test/mutation/Invoke-MutantCommands.ps1`));

const linesOf = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

/** What stories answer to the unchanged module, and which marks they reach; until the module changes. */
export function keptStories() {
  const file = `${root}.mutation/nps-stories-${played()}.jsonl`;
  const kept = new Map(linesOf(file).map((one) => [one.key, one]));
  return {
    of: (steps) => kept.get(digestOf(JSON.stringify(steps))),
    keep(steps, told) {
      const one = { key: digestOf(JSON.stringify(steps)), ...told };
      appendFileSync(file, `${JSON.stringify(one)}\n`);
      return one;
    },
  };
}

/**
 * The verdicts of earlier runs, as long as the file of the mutant and the stand-ins are the same. One that was killed stays killed while the
 * test that noticed it is there, with its stories. One that survived is only asked of the tests that are new.
 */
export function keptVerdicts(keepsNothing, tests) {
  const file = `${root}.mutation/nps-verdicts-${digestOf(...scriptsIn('nps/standins'))}.jsonl`;
  if (keepsNothing) rmSync(file, { force: true });
  const all = new Set(tests.map(({ by }) => by));
  const now = digestOf(...[...all].sort());
  const asked = (when) => `${root}.mutation/nps-tests-${when}.json`;
  writeFileSync(asked(now), JSON.stringify([...all]));
  const kept = new Map(linesOf(file).map((one) => [one.mutant, one]));
  const earlier = new Map();
  const testsAt = (when) => {
    if (!earlier.has(when)) earlier.set(when, new Set(JSON.parse(readFileSync(asked(when), 'utf8'))));
    return earlier.get(when);
  };
  return {
    /** `verdict`, when it still holds; and which tests are still to be asked. */
    of(mutant) {
      const one = kept.get(mutant);
      if (!one || one.verdict === 'not reached' || (one.verdict === 'killed' && !all.has(one.by)))
        return { toAsk: tests };
      const toAsk = one.verdict === 'survived' ? tests.filter(({ by }) => !testsAt(one.when).has(by)) : [];
      return { verdict: toAsk.length === 0 ? one.verdict : undefined, toAsk };
    },
    keep(mutant, { verdict, by }) {
      appendFileSync(file, `${JSON.stringify({ mutant, verdict, by, when: now })}\n`);
    },
  };
}
