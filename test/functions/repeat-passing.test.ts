import { expect, it } from 'vitest';
import { repeatPassing } from '../../functions/repeat-passing.ts';
import { failed, VpnRadiusError } from '../../shared/core/errors.ts';

const passes = (more: object = {}) =>
  new VpnRadiusError({ code: 'ServiceUnavailable', message: 'Come again.', transient: true, ...more });

/** What was thrown in the end, and after how many tries. */
async function triesOf(...failures: unknown[]) {
  let tries = 0;
  const result = await repeatPassing(async () => {
    if (tries < failures.length) throw failures[tries++];
    tries++;
    return 'done';
  }).catch((error) => error);
  return { tries, result };
}

it('two failures that pass are repeated, the third is thrown', async () => {
  expect(await triesOf(passes(), passes())).toEqual({ tries: 3, result: 'done' });
  const third = passes();
  expect(await triesOf(passes(), passes(), third)).toEqual({ tries: 3, result: third });
});

it.each([
  ['a refusal', failed('Forbidden', 'No.')],
  ['a failure that asks for a longer wait', passes({ retryAfterSeconds: 5 })],
  ['a start that another process has under way', passes({ code: 'StartFailed' })],
  ['a defect', new TypeError('undefined')],
])('%s is thrown at once', async (_, error) => {
  expect(await triesOf(error)).toEqual({ tries: 1, result: error });
});
