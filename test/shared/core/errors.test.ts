import { expect, it } from 'vitest';
import { failed, failureOf, refused, sentenceOf, VpnRadiusError } from '../../../shared/core/errors.ts';

it('has its code, its message, and what it is about where that is known', () => {
  expect(failed('Code', 'Message.').failure).toStrictEqual({ code: 'Code', message: 'Message.' });
  expect(failed('Code', 'Message.', 'field').failure).toEqual({
    code: 'Code',
    message: 'Message.',
    target: 'field',
  });
  const cause = new Error('below');
  const error = new VpnRadiusError({ code: 'Code', message: 'Message.' }, cause);
  expect(error).toMatchObject({ name: 'VpnRadiusError', code: 'Code', message: 'Message.', cause });
  expect('cause' in failed('Code', 'Message.')).toBe(false);
});

it('several at once keep each of them', () => {
  const details = [{ code: 'A', message: 'One.', target: 'a' }];
  expect(refused('Several', 'Two are wrong.', details).failure).toEqual({
    code: 'Several',
    message: 'Two are wrong.',
    details,
  });
});

it('of an error that is not of this app, only the class is told: its message may quote a secret', () => {
  const own = failed('Code', 'Message.');
  expect(failureOf(own)).toBe(own.failure);
  expect(failureOf(new TypeError('radiusServerSecret: s3cret')).message).toBe(
    'An unexpected TypeError stopped this step. The log says where in the code this was.',
  );
  expect(failureOf('s3cret')).toEqual({
    code: 'InternalError',
    message: 'An unexpected string stopped this step. The log says where in the code this was.',
  });
});

it.each([
  ['alone', 'Denied.', [], 'Denied.'],
  ['with what Azure adds', 'Denied.', ['By the policy p.'], 'Denied. By the policy p.'],
  ['without what it says already', 'Denied by p.', ['by p'], 'Denied by p.'],
  ['without what is empty', 'Denied.', [''], 'Denied.'],
])('a failure in one text: %s', (_, message, besides, expected) => {
  const details = besides.map((text) => ({ code: 'Detail', message: text }));
  expect(sentenceOf({ code: 'Code', message, details })).toBe(expected);
  if (details.length === 0) expect(sentenceOf({ code: 'Code', message })).toBe(expected);
});
