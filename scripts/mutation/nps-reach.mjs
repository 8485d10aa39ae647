/**
 * Which stories reach a place of the module, and which of them can notice a mutant there at all: see `Get-SeenBy` in
 * test/mutation/Invoke-MutantCommands.ps1.
 */
const markOf = (file, mark) => `${file.name}#${mark}`;

/** A file that notes each of its marks when it is reached. */
export function marked(file) {
  const noted = (mark) => ` $global:VpnNpsReached['${markOf(file, mark)}'] = 1; `;
  const insertions = [
    ...file.blocks.map(({ at }) => ({ at, length: 0, text: noted(at) })),
    ...file.notes.flatMap(({ at, end, name, text }) => [
      { at, length: (end ?? at) - at, text: text.replaceAll('<mark>', noted(name)) },
      ...(end === undefined ? [] : [{ at: end, length: 0, text: ')' }]),
    ]),
  ];
  // From the end of the file; where two begin together, the outer one comes first in the text.
  return insertions
    .toSorted((one, other) => other.at - one.at || one.length - other.length)
    .reduce((whole, { at, text }) => whole.slice(0, at) + text + whole.slice(at), file.text);
}

export function canNotice({ reached }, { file, start, end, seenBy }) {
  const [block] = file.blocks
    .filter((one) => one.start < start && end < one.end)
    .toSorted((one, other) => one.end - one.start - (other.end - other.start));
  return {
    reaches: !block || reached.has(markOf(file, block.at)),
    mayDiffer: seenBy.length === 0 || seenBy.some((mark) => reached.has(markOf(file, mark))),
  };
}
