import { canNotice } from './nps-reach.mjs';
import { passing, tell } from './nps-stories.mjs';

/** So many stories are told to a mutant alone, before it waits for others that nothing has noticed either. */
const aloneFirst = 4;
const together = 10;

/** Asks the stories about mutants. `answers` holds what each story was answered without any. */
export function judge({ warm, world, folder, answers }) {
  let changed = new Set();

  /** Defines the functions of the files anew, with these mutants. Says whether all could be loaded. */
  async function load(mutants) {
    const files = new Set(mutants.map(({ file }) => file));
    let couldLoad = true;
    for (const file of new Set([...changed, ...files])) {
      const text = mutants
        .filter((one) => one.file === file)
        .toSorted((one, other) => other.start - one.start)
        .reduce(
          (whole, { start, end, became }) => whole.slice(0, start) + became + whole.slice(end),
          file.text,
        );
      const { loaded } = await warm.ask({ do: 'load', text });
      couldLoad &&= loaded ?? false;
    }
    changed = files;
    return couldLoad;
  }

  async function hear(story) {
    const { answers: said, late } = await tell(warm, world, story.steps, folder, 20_000 + 20 * story.took);
    // The engine that comes next has the module without mutants.
    if (late) changed = new Set();
    return { said, late };
  }

  /** Runs `work`, and then nothing is left of what the mutants answered. */
  async function apart(stories, work) {
    const before = stories.map((story) => [story, answers.get(story)]);
    try {
      return await work();
    } finally {
      for (const [story, said] of before) answers.set(story, said);
    }
  }

  /** What these stories say of one mutant alone; nothing when they notice nothing. */
  const verdictOf = (mutant, stories, tests, waiting) =>
    apart(stories, async () => {
      if (!(await load([mutant]))) return { verdict: 'broken' };
      for (const story of stories) {
        const { said, late } = await hear(story);
        if (late) return { verdict: 'late' };
        const its = tests.filter(({ looksAt }) => looksAt.includes(story));
        answers.set(story, said);
        waiting.delete(story);
        // No answer, or none that can be read: no test of the story would pass.
        const failing = said ? await firstFailing(its, waiting) : its[0];
        if (failing) {
          noteNear(story, mutant);
          return { verdict: 'killed', by: failing.by };
        }
      }
      return undefined;
    });

  async function first({ mutant, asked, tests }) {
    const stories = asked.slice(0, aloneFirst);
    const verdict = await verdictOf(mutant, stories, tests, new Set(asked));
    return verdict ?? (asked.length <= aloneFirst ? { verdict: 'survived' } : undefined);
  }

  /**
   * Tells the stories to several suspects at once: when no test fails, none of them is noticed. When one fails, each
   * suspect is asked alone. So a mutant is only killed by itself; one that another hides counts as survived.
   */
  async function settle(suspects) {
    let left = [...suspects];
    const verdicts = new Map(suspects.map((one) => [one, { verdict: 'survived' }]));
    const stories = [...new Set(suspects.flatMap(({ asked }) => asked))].toSorted(
      (one, other) => one.took - other.took,
    );
    const tests = [...new Set(suspects.flatMap((one) => one.tests))];
    await apart(stories, async () => {
      const waiting = new Set(stories);
      const done = new Set();
      await load(left.map(({ mutant }) => mutant));
      for (const story of stories) {
        const its = tests.filter(({ looksAt }) => looksAt.includes(story));
        while (left.some(({ asked }) => asked.includes(story))) {
          const { said, late } = await hear(story);
          const isSilent = late || !said;
          if (!isSilent) answers.set(story, said);
          waiting.delete(story);
          const failing = isSilent
            ? its[0]
            : await firstFailing(
                its.filter((one) => !done.has(one)),
                waiting,
              );
          if (!failing) break;
          const noticed = await oneNoticedBy(
            isSilent ? { looksAt: [story], of: its } : { ...failing, of: [failing] },
            left,
          );
          if (noticed) {
            verdicts.set(noticed.suspect, noticed.verdict);
            left = left.filter((one) => one !== noticed.suspect);
          } else if (isSilent) break;
          else done.add(failing);
          await load(left.map(({ mutant }) => mutant));
        }
        await load(left.map(({ mutant }) => mutant));
      }
    });
    return verdicts;
  }

  async function oneNoticedBy({ looksAt, of }, suspects) {
    for (const suspect of suspects) {
      const stories = looksAt.filter((story) => suspect.asked.includes(story));
      const tests = of.filter((one) => suspect.tests.includes(one));
      if (stories.length === 0 || tests.length === 0) continue;
      const verdict = await verdictOf(suspect.mutant, stories, tests, new Set(stories));
      if (verdict) return { suspect, verdict };
    }
    return undefined;
  }

  /** The stories that can notice the mutant, the likeliest first. `undefined` when no story comes there. */
  function suspectOf(mutant, tests) {
    const reaching = [...answers.keys()].filter((story) => canNotice(story, mutant).reaches);
    if (reaching.length === 0) return undefined;
    const numberOfTests = (story) => tests.filter(({ looksAt }) => looksAt.includes(story)).length;
    const asked = reaching
      .filter((story) => canNotice(story, mutant).mayDiffer && numberOfTests(story) > 0)
      .map((story) => ({ story, near: nearTo(story, mutant), worth: numberOfTests(story) / story.took }))
      .toSorted((one, other) => other.near - one.near || other.worth - one.worth)
      .map(({ story }) => story);
    return { mutant, asked, tests };
  }

  return { first, settle, suspectOf };
}

async function firstFailing(tests, waiting) {
  for (const one of tests)
    if (!one.looksAt.some((story) => waiting.has(story)) && !(await passing(one.test))) return one;
  return undefined;
}

function noteNear({ noticed }, { file, line }) {
  noticed.set(file.name, [...(noticed.get(file.name) ?? []), line]);
}

/** How many mutants the story has noticed near this one. */
function nearTo({ noticed }, { file, line }) {
  const lines = noticed.get(file.name) ?? [];
  return lines.reduce((sum, one) => sum + 1 / (1 + (one - line) ** 2), 0);
}

/** Groups of mutants in different functions, so that one seldom hides another. */
export function groupsOf(suspects) {
  const groups = [];
  for (const one of suspects) {
    const inGroup = ({ mutant }) =>
      mutant.file === one.mutant.file && mutant.function === one.mutant.function;
    const group = groups.find((others) => others.length < together && !others.some(inGroup));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}
