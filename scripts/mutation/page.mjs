import { markdownTable } from '../pages/markdown-table.mjs';
import { leftOut } from './left-out.mjs';
import { reasonOf } from './triage.mjs';

const code = (text) => (text === '' ? 'nothing' : `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``);

/** A longer list that nobody has looked at is only counted. */
const mostListed = 60;

/** What was mutated, when, and how much of it the tests noticed. And what they did not notice, with the reason. */
export function mutationPage(kept) {
  const runs = Object.entries(kept).toSorted(([one], [other]) => one.localeCompare(other));
  return `# Tests that can fail

<!-- made by node scripts/pages/mutation-page.mjs; do not edit -->

\`npm run mutate\` changes the code in one place, asks the tests, and puts it back: again and again. A test suite that can
fail notices the change: the mutant is killed. One that survives is either a gap in the tests or a change that makes no
difference.

- \`shared/\` and \`functions/\`: [Stryker](https://stryker-mutator.io) with the unit tests (\`test/mutation/vitest.config.ts\` says
  which). The flows of \`test/flows\` are not asked, because they are slow. So a mutant that is not reached, or survives, may
  still be noticed by \`npm test\`. What runs only when a module is loaded is left out.
- \`nps/\`: mutations of our own (operators, conditions, numbers, true and false, severities, texts, statements left out), asked
  of the stories in \`test/nps\` on a PowerShell engine that stays (\`scripts/mutation/nps.mjs\`).

\`npm ci --prefix test/mutation\` installs Stryker; nothing else needs it. A run keeps its verdicts in \`.mutation/\`, and asks only
about what has changed since. \`npm run mutate -- --help\` tells the options.

## Scores

Score: killed mutants of all, those included that no test reaches. A part that is not in the table has not been run yet.
\`shared/azure\` and \`functions\` are what is in no part of their own there.

${markdownTable(
  ['part', 'date', 'commit', 'mutants', 'killed', 'survived', 'not reached', 'score'],
  runs.map(([part, { date, commit, sample, killed, survived, notReached }]) => [
    sample ? `\`${part}\`: a sample, ${sample}` : `\`${part}\``,
    date,
    commit,
    killed + survived + notReached,
    killed,
    survived,
    notReached,
    scoreOf({ killed, survived, notReached }),
  ]),
)}

Left out of the run of their part:

${Object.entries(leftOut)
  .map(([file, why]) => `- \`${file}\`: ${why}.`)
  .join('\n')}

## Survivors

A survivor that showed a gap got a test. What is left is here with its
reason, or says that nobody has looked at it yet.
${runs.map(([part, { survivors }]) => survivorsSection(part, survivors)).join('')}`;
}

const scoreOf = ({ killed, survived, notReached }) =>
  killed + survived + notReached
    ? `${((100 * killed) / (killed + survived + notReached)).toFixed(1)} %`
    : '–';

function survivorsSection(part, survivors) {
  if (survivors.length === 0) return '';
  if (survivors.length > mostListed && !survivors.some(reasonOf))
    return `
### ${part}

Nobody has looked at these ${survivors.length} yet; each of them is in \`docs/mutation.json\`.

${markdownTable(
  ['file', 'survivors'],
  [...new Set(survivors.map(({ file }) => file))].map((file) => [
    file.slice(part.length + 1),
    survivors.filter((one) => one.file === file).length,
  ]),
)}
`;
  return `
### ${part}

${markdownTable(
  ['where', 'was', 'became', 'why it stays'],
  survivors.map((one) => [
    `${one.file.slice(part.length + 1)}:${one.line}`,
    code(one.was),
    code(one.became),
    reasonOf(one) ?? 'not looked at yet',
  ]),
)}
`;
}
