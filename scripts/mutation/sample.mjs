/** Some of a list, the same ones for the same seed. A larger sample begins with the smaller one. */
export function sampleOf(all, most, seed) {
  const drawn = all.map((one, index) => [fnv1a(`${seed} ${index}`), one]);
  return drawn
    .toSorted(([one], [other]) => one - other)
    .slice(0, most)
    .map(([, one]) => one);
}

/** FNV-1a with a last mixing (MurmurHash3's), since texts that differ only in their last digit would stay close. */
function fnv1a(text) {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
