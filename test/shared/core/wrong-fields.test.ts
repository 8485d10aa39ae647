import { expect, it } from 'vitest';
import * as z from 'zod';
import { wrongFields } from '../../../shared/core/wrong-fields.ts';

const server = z.strictObject({
  address: z.string(),
  score: z.number().max(30, 'must be at most 30').optional(),
});
const schema = z.strictObject({
  radius: z.strictObject({ servers: z.array(server) }),
  pool: z.union([z.literal('auto'), z.array(z.string().min(1, 'must not be empty'))]).optional(),
  host: z
    .union([z.string().min(1, 'must not be empty'), z.strictObject({ id: z.string() }), z.array(z.string())])
    .optional(),
  system: z
    .discriminatedUnion('name', [z.object({ name: z.literal('jira') })], { error: 'must be jira' })
    .optional(),
});
const wrong = (value: unknown) =>
  schema
    .safeParse(value)
    .error!.issues.flatMap(wrongFields)
    .map(({ code, target, message }) => `${code} ${target}: ${message}`);
const radius = { servers: [{ address: '10.0.1.4' }] };

it.each<[string, unknown, string[]]>([
  ['a missing field', {}, ['FieldMissing radius: is missing']],
  [
    'a missing field of a list',
    { radius: { servers: [{ address: '10.0.1.4' }, {}] } },
    ['FieldMissing radius.servers[1].address: is missing'],
  ],
  [
    'each unknown field',
    { radius, a: 1, b: 2 },
    [
      'UnknownField a: is not a known field: check the spelling',
      'UnknownField b: is not a known field: check the spelling',
    ],
  ],
  [
    'an unknown field further in',
    { radius: { servers: [{ address: '10.0.1.4', adress: 1 }] } },
    ['UnknownField radius.servers[0].adress: is not a known field: check the spelling'],
  ],
  [
    'a wrong value',
    { radius: { servers: [{ address: '10.0.1.4', score: 31 }] } },
    ['FieldInvalid radius.servers[0].score: must be at most 30'],
  ],
  [
    'a value of the choice that was meant',
    { radius, pool: [''] },
    ['FieldInvalid pool[0]: must not be empty'],
  ],
  [
    'another word than the one that is allowed',
    { radius, pool: 'other' },
    ['FieldInvalid pool: Invalid input: expected "auto"'],
  ],
  ['a field of the choice that was meant', { radius, host: {} }, ['FieldMissing host.id: is missing']],
  [
    'a value of the first choice, which was meant',
    { radius, host: '' },
    ['FieldInvalid host: must not be empty'],
  ],
  [
    'a name that tells which choice was meant, and is none of them',
    { radius, system: { name: 'other' } },
    ['FieldInvalid system.name: must be jira'],
  ],
])('%s', (_, value, expected) => {
  expect(wrong(value)).toEqual(expected);
});

it('no choice at all is told by the last one', () => {
  expect(wrong({ radius, host: 7 })).toEqual([expect.stringMatching(/^FieldInvalid host: .*expected array/)]);
});
