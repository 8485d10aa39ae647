import fc from 'fast-check';
import { hubNetworkId } from '../azure/default-world.ts';

const gatewayId = hubNetworkId.replace('virtualNetworks/hub', 'virtualNetworkGateways/vpngw-hub');

/** Texts that have broken parsers, routers and paths. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...[
      '',
      '.',
      '..',
      '\\..\\..\\',
      '%5c..%5c',
      '%2f..%2f',
      '%2F',
      '\0',
      '%',
      '%zz',
      '\ud800',
      '\u202e',
      '\ufeff',
    ],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN'],
    ...['vpn-%5c..%5c', 'vpn-\\..\\vpn-x', 'compliance-x\\..\\vpn-x', 'answer-x', '@pool@all'],
    ...[
      '1e999',
      '-0',
      '9'.repeat(400),
      '0001-01-01',
      '9999-99-99T99:99:99Z',
      'Straße',
      '東京',
      'ﷺ'.repeat(20),
    ],
    ...[hubNetworkId, gatewayId, `${hubNetworkId}\\..\\x`, `${hubNetworkId}%2f..`, `${hubNetworkId}/`],
    ...[
      `${hubNetworkId}/subnets/x/../..`,
      '/'.repeat(50),
      '$' + '{jndi:x}',
      "'; --",
      '<img src=x onerror=1>',
    ],
  ),
);

/** Values in which names that JavaScript itself uses are in the place of texts. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  nasty,
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    0.5,
    1e308,
    2 ** 53,
    [],
    {},
    { toString: 1 },
    { toJSON: 1 },
    { length: -1 },
  ),
  fc.array(nasty, { maxLength: 3 }),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/** A value like the given one, with one change at any depth: an odd value, a missing entry, or an extra entry. */
export function spoilt(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...placesOf(value)), odd, fc.constantFrom('replace', 'remove', 'add', 'as text'))
    .map(([place, oddity, how]) => {
      const copy = structuredClone(value) as Record<string, unknown>;
      if (place.length === 0) return how === 'replace' ? oddity : copy;
      const parent = place
        .slice(0, -1)
        .reduce<Record<string, unknown>>((at, name) => at[name] as never, copy);
      const last = place.at(-1)!;
      if (how === 'remove') delete parent[last];
      else if (how === 'as text') parent[last] = JSON.stringify(parent[last]);
      else if (how === 'add') Object.defineProperty(parent, `${last}x`, { value: oddity, enumerable: true });
      else parent[last] = oddity;
      return copy;
    });
}

function placesOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...path, name]))];
}
