import { describe, expect, it } from 'vitest';
import { serverTurns, toVerify, turnsInWords } from '../../../../shared/gateway/changes/server-turns.ts';

/** A server for each letter. A small letter is the same server with another score. */
const servers = (letters: string) =>
  [...letters].map((letter) => ({
    address: letter.toUpperCase(),
    score: letter === letter.toLowerCase() ? 5 : letter === 'A' ? 30 : 10,
  }));
const told = (held: string, wanted: string) =>
  serverTurns(servers(held), servers(wanted)).map((turn) => turn.map(({ address }) => address).join(''));

describe('the RADIUS servers of a gateway become others', () => {
  it.each([
    ['', 'A', ['A']],
    ['', 'AB', ['A', 'AB']],
    ['A', 'A', ['A']],
    ['A', 'AB', ['AB']],
    ['AB', 'A', ['A']],
    ['A', 'B', ['AB', 'B']],
    ['A', 'BC', ['AB', 'BC']],
    ['AB', 'AC', ['AC']],
    ['AB', 'C', ['AC', 'C']],
    ['AB', 'CD', ['AC', 'CD']],
    ['ABC', 'D', ['ACD', 'D']],
  ])('%s to %s', (held, wanted, expected) => {
    expect(told(held, wanted)).toEqual(expected);
  });

  const letters = ['', 'A', 'B', 'AB', 'AC', 'BC', 'CD', 'D', 'ABC'];
  const every = letters.flatMap((held) => letters.filter(Boolean).map((wanted) => [held, wanted] as const));

  it.each(every)(
    '%s to %s: never more than two unless there were more, and never without a known one',
    (held, wanted) => {
      const turns = told(held, wanted);
      let known = [...held];
      for (const turn of turns) {
        expect(turn.length).toBeLessThanOrEqual(Math.max(2, held.length, wanted.length));
        if (known.length > 0) expect([...turn].some((server) => known.includes(server))).toBe(true);
        // The new servers of a turn are verified before the next turn.
        known = [...turn];
      }
      expect([...turns.at(-1)!].sort().join('')).toBe(wanted);
    },
  );

  it('get their new scores with the first write', () => {
    expect(serverTurns(servers('AB'), servers('aC'))).toEqual([servers('aC')]);
    expect(serverTurns(servers('A'), servers('a'))).toEqual([servers('a')]);
  });

  it.each([
    ['AB', 'AC', 'C'],
    ['', 'AB', 'AB'],
    // No server is new: those that stay have to work without the other.
    ['AB', 'A', 'A'],
    ['ABC', 'AB', 'AB'],
  ])('%s to %s: %s must be verified before one is removed', (held, wanted, expected) => {
    expect(toVerify(servers(held), servers(wanted))).toEqual(servers(expected));
  });

  it('in words, where one goes', () => {
    expect(turnsInWords(servers('A'), servers('B'))).toBe(
      'RADIUS servers in this order: A and B, then B; A is taken off only after B is verified',
    );
    expect(turnsInWords(servers('AB'), servers('A'))).toBe('B is taken off only after A is verified');
    expect(turnsInWords(servers('ABC'), servers('D'))).toBe(
      'RADIUS servers in this order: A and C and D, then D; A and B and C are taken off only after D is verified',
    );
    expect(turnsInWords(servers('A'), servers('AB'))).toBeUndefined();
    expect(turnsInWords([], servers('A'))).toBeUndefined();
  });
});
