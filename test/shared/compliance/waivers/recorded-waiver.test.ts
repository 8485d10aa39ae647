import { expect, it } from 'vitest';
import {
  decidedAt,
  newWaiverId,
  type RecordedWaiver,
  shownWaiver,
  waiverRequest,
  waiverState,
} from '../../../../shared/compliance/waivers/recorded-waiver.ts';
import { waiverSentence } from '../../../../shared/compliance/waivers/waiver-sentence.ts';
import { gatewayId, group } from '../../hub.ts';

const fields = { rule: 'audit-off', owner: 'anna', reason: 'later', until: '2030-06-30' };
const waiver = (more: Partial<RecordedWaiver> = {}): RecordedWaiver => ({
  ...{ ...fields, target: gatewayId, id: 'waiver-1', by: 'berta', at: '2030-06-01T00:00:00Z' },
  ...more,
});
const withdrawn = { at: '2030-06-02T00:00:00Z', by: 'berta' };

it.each([
  ['on its last day', waiver(), '2030-06-30T23:59:59.999Z', 'current'],
  ['after its last day', waiver(), '2030-07-01T00:00:00.000Z', 'expired'],
  ['when it is withdrawn', waiver({ withdrawn }), '2030-06-03T00:00:00.000Z', 'withdrawn'],
])('a waiver %s', (_, one, now, state) => expect(waiverState(one, now)).toBe(state));

it('a waiver is shown with what has become of it', () => {
  expect(shownWaiver(waiver(), '2030-07-01T00:00:00.000Z')).toEqual({ ...waiver(), state: 'expired' });
});

const subscription = group.split('/').slice(0, 3).join('/');
it.each([
  ['a resource', gatewayId, true],
  ['a subscription', subscription, true],
  ['a resource group', group, true],
  ['a subscription, with something before it', `x${subscription}`, false],
  ['a resource group, with something behind it', `${group}/x`, false],
  ['everything', '/', false],
])('a waiver may be about %s: %s', (_, target, isValid) => {
  const { success, error } = waiverRequest.safeParse({ ...fields, target });
  expect(success).toBe(isValid);
  if (!isValid) expect(error!.issues[0]!.message).toMatch(/^must be the id of a resource, or of a sub/);
});

it('its id says when it was decided', () => {
  const at = new Date('2030-06-01T12:34:56.789Z');
  const id = newWaiverId(at, '0123456789ab');
  expect(id).toBe('waiver-20300601t123456789z-0123456789ab');
  expect(decidedAt(id)).toEqual(at);
  for (const text of [`x${id}`, `${id}0`, 'waiver-20301301t123456789z-0123456789ab', 'waiver'])
    expect(decidedAt(text)).toBeUndefined();
});

it.each([
  [waiver(), 'Waived by berta for anna until 2030-06-30: later'],
  [fields, 'Waived by anna until 2030-06-30: later'],
])('is told with who accepts it', (one, sentence) => expect(waiverSentence(one)).toBe(sentence));
