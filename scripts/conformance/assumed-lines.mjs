import { readFileSync } from 'node:fs';

/**
 * Every line that `simulator/README.md` and `nps/README.md` call assumed: its text, and the ids of its checks. An id is the
 * code that Azure is assumed to answer, the name of a check in `nps/verify`, or another name for the line.
 */
const tables = [
  { file: 'simulator/README.md', heading: '## What is only assumed', says: 1, ids: 0 },
  { file: 'nps/README.md', heading: '## What is assumed, and how sure it is', says: 0, ids: 3 },
];

export function assumedLines(root) {
  return tables.flatMap(({ file, heading, says, ids }) =>
    linesIn(readFileSync(`${root}${file}`, 'utf8'), heading).map((cells) => ({
      ids: idsIn(cells[ids]),
      says: cells[says].replaceAll('`', ''),
      from: file,
    })),
  );
}

/** The rows of the first table below a heading, as cells. */
function linesIn(page, heading) {
  const [, section] = page.split(`${heading}\n`);
  if (section === undefined) throw new Error(`There is no "${heading}".`);
  const [body] = section.split('\n## ');
  return body
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** Names in backticks; `-Change` is a switch of the script. */
const idsIn = (cell = '') =>
  [...cell.matchAll(/`([\w-]+)`/g)].flatMap(([, name]) => (name.startsWith('-') ? [] : [name]));
