import fc from 'fast-check';
import { isObject, type JsonObject, list, object, text } from '../azure/wire/messages.ts';
import type { Known } from './known-values.ts';
import { odd, spoilt } from './odd-values.ts';

/**
 * Values that a JSON schema of `docs/openapi.json` allows, with names of this world for fields that are known by their
 * names.
 */
export function fitting(schema: JsonObject, known: Known, name = ''): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  const knownHere = known[name];
  if (schema.type === 'string' && knownHere) return knownHere;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf))
    return fc.oneof(...list(schema.anyOf).map((one) => fitting(one, known, name)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(fitting(object(schema.items), known, name), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Math.max(Number(schema.minItems ?? 0), Math.min(Number(schema.maxItems ?? 3), 3)),
      });
    case 'integer':
      return fc.integer({
        min: Number(schema.minimum ?? 0),
        max: Math.min(Number(schema.maximum ?? 400), 2 ** 31),
      });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textFitting(schema);
    default:
      return odd;
  }
}

function objectOf(schema: JsonObject, known: Known): fc.Arbitrary<unknown> {
  const members = Object.entries(object(schema.properties)).filter(([, member]) => isObject(member));
  if (members.length === 0) return fc.dictionary(fc.string({ maxLength: 10 }), odd, { maxKeys: 5 });
  const requiredKeys = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  return fc.record(
    Object.fromEntries(members.map(([name, member]) => [name, fitting(object(member), known, name)])),
    { requiredKeys, noNullPrototype: true },
  );
}

/**
 * A text that matches the pattern, if a text can be made from it. The app's own rule decides what is right, not this
 * pattern.
 */
function textFitting(schema: JsonObject): fc.Arbitrary<string> {
  const pattern = text(schema.pattern);
  if (schema.format === 'uuid') return fc.uuid();
  if (pattern && !/\\p|\(\?[=!<]/.test(pattern)) return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({
    minLength: Number(schema.minLength ?? 0),
    maxLength: Math.min(Number(schema.maxLength ?? 30), 30),
  });
}

/** The text of a body: correct, wrong in one place, any JSON, broken, very large or very deep. */
export function bodyTexts(right: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const asText = (value: unknown) => JSON.stringify(value) ?? '';
  return fc.oneof(
    { weight: 6, arbitrary: right.map(asText) },
    { weight: 6, arbitrary: right.chain(spoilt).map(asText) },
    { weight: 2, arbitrary: odd.map(asText) },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(right.map(asText), fc.nat())
        .map(([body, at]) => body.slice(0, at % (body.length + 1))),
    },
    { weight: 1, arbitrary: fc.constantFrom(...monsters) },
  );
}

const deep = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const monsters = [
  '',
  ' ',
  '\ufeff{}',
  deep('[', ']', 30_000),
  deep('{"ticket":', '}', 6_000),
  `{"ticket":${deep('[', ']', 20_000)}}`,
  `{"comment":"${'a'.repeat(70_000)}"}`,
  `{"virtualNetworkId":"${'/a'.repeat(30_000)}"}`,
  `[${'{},'.repeat(20_000)}{}]`,
  `{${Array.from({ length: 5_000 }, (_, at) => `"k${at}":1`).join()}}`,
  '{"__proto__":{"approved":true},"constructor":{"prototype":{"x":1}}}',
  '{"ticket":{},"ticket":null}',
  `{"at":${'9'.repeat(1_000)}}`,
  'x'.repeat(2 ** 21),
];
