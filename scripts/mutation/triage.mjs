/**
 * Why a mutant that no test notices makes no difference, or none that a unit test should hold. `was` and `became` are
 * compared as they begin; without them, every mutant of the file that the others do not name.
 */
const reasons = [];

export function reasonOf({ file, was, became }) {
  const fits = (one) =>
    file.startsWith(one.file) && was.startsWith(one.was ?? '') && became.startsWith(one.became ?? '');
  return reasons.find(fits)?.why;
}
