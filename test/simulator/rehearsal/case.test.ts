import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCase } from '../../../simulator/rehearsal/case.ts';
import { sharedFolder } from '../../shared-folder.ts';

const request = { ticket: { system: 'webhook', id: 'REQ7' }, virtualNetworkId: '/subscriptions/s' };
const refusal = (given: unknown): string => {
  try {
    parseCase(given);
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a case', () => {
  it('takes every kind of step with what may stand beside it', () => {
    const { steps, start, settings } = parseCase({
      name: 'all',
      source: 'nowhere',
      start: '2027-01-02T03:04:05Z',
      settings: { GUARDRAILS: { machines: [] }, RADIUS_PROBE: 'on' },
      do: [
        { plan: request },
        { ticket: request, path: 'tickets/jira', headers: { a: 'b' }, run: false, limit: 10 },
        { event: { subject: 's' }, fn: 'vnetCreated', minutes: 5, run: true },
        { compliance: {}, all: true },
        { http: { method: 'GET', path: 'deployments/{id}', body: {}, headers: {} } },
        { arm: { method: 'GET', id: '/subscriptions/s', api: '2025-01-01', max: 9 } },
        { minutes: 0 },
        { signIn: { gateway: 'g', from: '10.0.0.4', user: 'anna' } },
        { show: '/subscriptions/s', keys: ['tags'], max: 10 },
        { nps: true },
        { writes: true },
        { answers: true },
      ],
    });
    expect(steps.map(({ kind }) => kind)).toEqual([
      'plan',
      'ticket',
      'event',
      'compliance',
      'http',
      'arm',
      'minutes',
      'signIn',
      'show',
      'nps',
      'writes',
      'answers',
    ]);
    expect(start.toISOString()).toBe('2027-01-02T03:04:05.000Z');
    expect(settings).toEqual({ GUARDRAILS: '{"machines":[]}', RADIUS_PROBE: 'on' });
  });

  it.each([
    ['a list', [], 'The file must hold one JSON object.'],
    ['nothing to do', {}, 'do must be a list of steps.'],
    ['a key beside', { does: [], do: [] }, 'unknown key does'],
    [
      'a step that is none',
      { do: [{ tickets: request }] },
      'do[0]: unknown key tickets; a step is one of plan,',
    ],
    [
      'a step of two kinds',
      { do: [{ plan: request, writes: true }] },
      'do[0] is more than one step (plan, writes)',
    ],
    ['a key beside a step', { do: [{ plan: request, run: false }] }, 'do[0]: unknown key run'],
    [
      'a key in a step',
      { do: [{ signIn: { gateway: 'g', from: 'f', as: 'anna' } }] },
      'do[0].signIn: unknown key as',
    ],
    ['a step without its address', { do: [{ http: { method: 'GET' } }] }, 'do[0].http.path must be a text'],
    ['a wrong time', { start: 'soon', do: [] }, 'start must be a time in ISO 8601, not soon'],
    ['a scenario with a typing error', { scenario: { resource: [] }, do: [] }, 'resource'],
    ['minutes in words', { do: [{ minutes: 'ten' }] }, 'do[0].minutes must be a number'],
  ])('refuses %s by name', (_what, given, sentence) => {
    expect(refusal(given)).toContain(sentence);
  });

  it('names all that is wrong at once', () => {
    const said = refusal({ starts: 1, do: [{ plans: request }, { show: 5 }] });
    for (const part of ['unknown key starts', 'do[0]', 'do[1].show']) expect(said).toContain(part);
  });

  it('knows the difference between minutes that pass and minutes for which an event is followed', () => {
    expect(
      parseCase({ do: [{ event: {}, minutes: 5 }, { minutes: 5 }] }).steps.map(({ kind }) => kind),
    ).toEqual(['event', 'minutes']);
  });

  const cases = sharedFolder && `${sharedFolder}/field/cases`;
  it.skipIf(!cases)(
    'is what each collected case is (skipped where they do not stand beside the checkout)',
    () => {
      for (const file of readdirSync(cases!).filter((name) => name.endsWith('.json')))
        expect(parseCase(JSON.parse(readFileSync(`${cases}/${file}`, 'utf8'))).steps.length).toBeGreaterThan(
          0,
        );
    },
  );
});
