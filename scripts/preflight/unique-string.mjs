/**
 * `uniqueString(…)` of Bicep, so that names can be looked for before anything is deployed. It is MurmurHash3 (x86, 64
 * bits) of the arguments with hyphens between them, as base 32. A test compares it with names that the Bicep compiler
 * made.
 */
export function uniqueString(...values) {
  const [high, low] = murmur(Buffer.from(values.join('-')));
  let rest = (BigInt(high) << 32n) | BigInt(low);
  let text = '';
  for (let at = 0; at < 13; at++) {
    text += 'abcdefghijklmnopqrstuvwxyz234567'[Number(rest >> 59n)];
    rest = BigInt.asUintN(64, rest << 5n);
  }
  return text;
}

const rotated = (value, by) => (value << by) | (value >>> (32 - by));
const times = Math.imul;
const [one, two] = [0x239b961b, 0xab0e9789];

function murmur(bytes) {
  let [first, second] = [0, 0];
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    first ^= times(rotated(times(bytes.readUInt32LE(at), one), 15), two);
    first = (times(rotated(first, 19) + second, 5) + 0x561ccd1b) | 0;
    second ^= times(rotated(times(bytes.readUInt32LE(at + 4), two), 17), one);
    second = (times(rotated(second, 13) + first, 5) + 0x0bcaa747) | 0;
  }
  const tail = Buffer.alloc(8);
  bytes.copy(tail, 0, whole);
  const left = bytes.length - whole;
  if (left > 0) first ^= times(rotated(times(tail.readUInt32LE(0), one), 15), two);
  if (left > 4) second ^= times(rotated(times(tail.readUInt32LE(4), two), 17), one);
  first ^= bytes.length;
  second ^= bytes.length;
  first = (first + second) | 0;
  second = (second + first) | 0;
  first = mixed(first);
  second = mixed(second);
  first = (first + second) | 0;
  second = (second + first) | 0;
  return [second >>> 0, first >>> 0];
}

function mixed(value) {
  value = times(value ^ (value >>> 16), 0x85ebca6b);
  value = times(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
