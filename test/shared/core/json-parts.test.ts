import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromJsonParts, inChunks, jsonParts } from '../../../shared/core/json-parts.ts';

const textOf = (value: unknown) => [...jsonParts(value)].join('');
async function* bytesOf(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

it('is JSON, with each entry of a list in a line of its own', () => {
  expect(textOf({ id: 'r', left: undefined, findings: [{ a: [1, 2] }, 'two\nlines'], none: [] })).toBe(
    '{"id":"r","findings":[\n{"a":[1,2]},\n"two\\nlines"\n],"none":[]}',
  );
});

it('has null for an entry that is nothing, as JSON has', () => {
  expect(textOf(['one', undefined])).toBe('[\n"one",\nnull\n]');
});

it('says what JSON.stringify says, and is read back as it was, wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 1, max: 9 }), async (value, size) => {
      const plain = JSON.parse(JSON.stringify(value));
      expect(JSON.parse(textOf(value))).toEqual(plain);
      expect(await fromJsonParts(bytesOf(textOf(value), size))).toEqual(plain);
      expect(await fromJsonParts(bytesOf(JSON.stringify(value), size))).toEqual(plain);
    }),
    { numRuns: 300, seed: 1 },
  );
});

it('is read back when a letter of two bytes is cut, in a list and in its last line', async () => {
  for (const value of [{ list: ['gr\u00fc\u00dfe', '\u20ac'] }, '\u00fc'])
    expect(await fromJsonParts(bytesOf(textOf(value), 1))).toEqual(value);
});

it('is put together to chunks of about the length asked for', () => {
  const chunks = [...inChunks(['ab', 'cd', 'e', 'fgh'], 4)];
  expect(chunks).toEqual(['abcd', 'efgh']);
});
