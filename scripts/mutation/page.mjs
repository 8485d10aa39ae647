import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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
  of the stories in \`test/nps\` on a PowerShell engine that stays (\`scripts/mutation/nps.mjs\`). Only the stories that reach
  the place and can notice the change are asked. What none of the first four notices is put into a group with up to nine
  others of other functions; a mutant that another one hides there counts as survived, never as killed. Other tests of
  \`test/nps\` that start an engine of their own are not asked.

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

${notRunOf(kept)}Left out of the run of their part:

${Object.entries(leftOut)
  .map(([file, why]) => `- \`${file}\`: ${why}.`)
  .join('\n')}

## Survivors

A survivor that showed a gap got a test. What is left is here with its
reason, or says that nobody has looked at it yet.
${runs.map(([part, { survivors }]) => survivorsSection(part, survivors)).join('')}`;
}

const moduleFolder = fileURLToPath(new URL('../../nps/private/', import.meta.url));

/** What of the PowerShell module is in no part that was run whole. */
function notRunOf(kept) {
  const whole = Object.keys(kept).filter((part) => part.startsWith('nps/') && !kept[part].sample);
  const left = readdirSync(moduleFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => `nps/private/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ps1') && !name.endsWith('.generated.ps1'))
    .filter((name) => !whole.some((part) => `${name}/`.startsWith(`${part}/`)))
    .sort();
  if (left.length === 0) return '';
  return `Of the PowerShell module, these files have not been run whole:
${left.map(code).join(',\n')}.

`;
}

const scoreOf = ({ killed, survived, notReached }) =>
  killed + survived + notReached
    ? `${((100 * killed) / (killed + survived + notReached)).toFixed(1)} %`
    : '–';

const placeIn = (part, file) => file.slice(file === part ? file.lastIndexOf('/') + 1 : part.length + 1);

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
    `${placeIn(part, one.file)}:${one.line}`,
    code(one.was),
    code(one.became),
    reasonOf(one) ?? 'not looked at yet',
  ]),
)}
`;
}
