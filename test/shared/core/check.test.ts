import { describe, expect, it } from 'vitest';
import {
  compliant,
  fixSentence,
  notApplicable,
  plannedChecks,
  sentence,
  unknown,
  unless,
  violated,
  worst,
} from '../../../shared/core/check.ts';
import { warning } from '../../../shared/core/finding.ts';

it.each([
  ['the mask is /29', 'The mask is /29.'],
  ['It ends already.', 'It ends already.'],
  ['.NET is old', '.NET is old.'],
])('a difference %s is said as a sentence', (text, expected) => expect(sentence(text)).toBe(expected));

it('unless nothing is wrong, it is violated with each sentence', () => {
  expect(unless([false, undefined])).toEqual(compliant);
  expect(unless(['One.', false, 'Two.'])).toEqual(violated('One.', 'Two.'));
});

it.each([
  ['every violation', [violated('a'), unknown('b'), violated('c')], violated('a', 'c')],
  ['the first unknown', [compliant, unknown('a'), unknown('b')], unknown('a')],
  ['compliant', [notApplicable, compliant], compliant],
  ['nothing that applies', [notApplicable], notApplicable],
  ['none', [], notApplicable],
])('the worst is %s', (_, verdicts, expected) => expect(worst(verdicts)).toEqual(expected));

describe('a check of planning in the report', () => {
  const text = {
    id: 'a-rule',
    severity: 'high' as const,
    title: 'A title',
    why: 'Why.',
    fix: 'Do it.',
    source: 'https://learn.microsoft.com/',
    codes: ['Mine'],
  };
  const verdict = (
    found: { codes: readonly string[]; evidence?: string },
    given?: () => typeof notApplicable | undefined,
  ) => {
    const [check] = plannedChecks(
      [{ ...text, ...(given && { given }) }],
      (facts: typeof found) => facts,
      ({ codes, evidence }) => codes.map((code) => warning(code, `${code} in the plan.`, 'field', evidence)),
    );
    return check!.check(found);
  };

  it('finds what planning finds with its codes, and no other', () => {
    expect(verdict({ codes: ['Mine', 'Another'] })).toEqual(violated('Mine in the plan.'));
    expect(verdict({ codes: ['Another'] })).toEqual(compliant);
  });

  it('says what a report says where that differs', () => {
    expect(verdict({ codes: ['Mine'], evidence: 'In the report.' })).toEqual(violated('In the report.'));
  });

  it('may not apply where nothing is found', () => {
    expect(verdict({ codes: [] }, () => notApplicable)).toEqual(notApplicable);
    expect(verdict({ codes: ['Mine'] }, () => notApplicable)).toEqual(violated('Mine in the plan.'));
    expect(verdict({ codes: [] }, () => undefined)).toEqual(compliant);
  });

  it('hands on a verdict in place of what it would look at', () => {
    const [check] = plannedChecks(
      [text],
      () => unknown('Azure did not answer.'),
      () => [],
    );
    expect(check!.check({})).toEqual(unknown('Azure did not answer.'));
  });
});

it('the fix names the planned path, if there is one', () => {
  expect(fixSentence({ fix: 'Do it.' })).toBe('Do it.');
  expect(fixSentence({ fix: 'Do it.', migration: 'own-secrets' })).toContain('own-secrets');
});
