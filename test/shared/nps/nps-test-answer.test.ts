import { describe, expect, it } from 'vitest';
import type { NpsAnswer } from '../../../shared/nps/checks/facts.ts';
import { usualClient } from '../../../shared/nps/desired-state.ts';
import { joinedAnswer, partsOf, wholeState } from '../../../shared/nps/nps-test-answer.ts';
import { npsState } from '../compliance/facts.ts';

const client = (name: string) => ({ name, address: `10.0.${name}.0/27`, ...usualClient });
const asking = (...names: string[]) => ({
  desiredState: JSON.stringify({ brief: true, radiusClients: names.map(client) }),
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

describe('a test in smaller parts', () => {
  it.each([
    [0, []],
    [6, []],
    [7, [6, 1]],
    [12, [6, 6]],
    [13, [6, 6, 1]],
  ])('of %i clients', (count, expected) => {
    const parts = partsOf(asking(...numbers(count))).map((part) => JSON.parse(part));
    expect(parts.map(({ radiusClients }) => radiusClients.length)).toEqual(expected);
    expect(parts.flatMap(({ radiusClients }) => radiusClients)).toEqual(
      expected.length > 0 ? numbers(count).map(client) : [],
    );
    for (const { brief } of parts) expect(brief).toBe(true);
  });

  it('does not exist for a test without clients', () => {
    expect(partsOf({ desiredState: '{}' })).toEqual([]);
  });
});

it('a brief answer names the clients that are as wanted by their place', () => {
  const told = { ...npsState({}), radiusClients: [client('9')], clientsAsWanted: ['', 'proof'] };
  const { clientsAsWanted: _, ...rest } = told;
  const whole = wholeState(told, asking('1', '2', '3'));
  expect(whole).toEqual({ ...rest, radiusClients: [{ ...client('2'), secretProof: 'proof' }, client('9')] });
  expect(whole).not.toHaveProperty('clientsAsWanted');
  expect(wholeState(rest, asking('1'))).toEqual(rest);
});

describe('the answers to all parts', () => {
  const finding = (id: string) => ({ id, severity: 'high' as const, message: `${id}.`, fix: 'Mend it.' });
  const part = (name: string, more: object = {}): NpsAnswer => ({
    host: 'nps-01',
    state: { ...npsState({}), radiusClients: [client(name)] },
    findings: [],
    findingsOmitted: 0,
    ...more,
  });

  it('are one answer, which tells of the whole server once', () => {
    const answer = joinedAnswer([
      part('1', { findings: [finding('audit-off'), finding('of-1')], findingsOmitted: 2 }),
      part('2', { findings: [finding('audit-off'), finding('of-2')], findingsOmitted: 3 }),
    ]);
    expect(answer).toEqual({
      host: 'nps-01',
      state: { ...npsState({}), radiusClients: [client('1'), client('2')] },
      findings: [finding('audit-off'), finding('of-1'), finding('of-2')],
      findingsOmitted: 5,
    });
  });

  it('tell of every narrower client', () => {
    const narrower = (named: string) => ({ client: 'c', named, enabled: true });
    const { state } = joinedAnswer([
      part('1', { state: { ...npsState({}), narrowerClients: [narrower('a')] } }),
      part('2'),
      part('3', { state: { ...npsState({}), narrowerClients: [narrower('b')] } }),
    ]) as Extract<NpsAnswer, { readonly state: unknown }>;
    expect(state.narrowerClients).toEqual([narrower('a'), narrower('b')]);
  });

  it('are none when one part has none', () => {
    const silent: NpsAnswer = {
      host: 'nps-01',
      problem: { code: 'TimedOut', message: 'No.' },
      isDown: false,
    };
    expect(joinedAnswer([part('1'), silent, part('2')])).toBe(silent);
  });
});
