import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/core/errors.ts';
import type { Order } from '../../../shared/deployment/contract.ts';
import { vpnGatewayRequest } from '../../../shared/deployment/request.ts';
import {
  isTriedAgain,
  mayPass,
  tryAgainAfter,
  withNextTry,
} from '../../../shared/deployment/trying-again.ts';
import { hubId } from '../hub.ts';

const failure = (code: string, more: Partial<Failure> = {}): Failure => ({
  code,
  message: 'It is so.',
  ...more,
});
const off = { code: 'NpsHostStopped', message: 'It is off.' };
const wrong = { code: 'AddressPoolTaken', message: 'It is taken.' };

describe('what may pass by itself', () => {
  it.each<[boolean, string, Failure]>([
    [true, 'throttling that lasted', failure('TooManyRequests', { transient: true })],
    [true, 'a machine that is off', failure('RequestRefused', { details: [off] })],
    [true, 'a gateway that takes long', failure('GatewayNotProvisionedInTime')],
    [
      false,
      'a machine that is off beside a pool that is taken',
      failure('RequestRefused', { details: [off, wrong] }),
    ],
    [true, 'several that pass', failure('RequestRefused', { details: [off, off] })],
    [false, 'a policy', failure('RequestDisallowedByPolicy')],
    [false, 'a missing role', failure('AuthorizationFailed')],
    [false, 'wrong tags', failure('InvalidTags', { details: [wrong] })],
  ])('%s: %s', (passes, _, why) => {
    expect(mayPass({ status: 'Failed', failure: why })).toBe(passes);
  });

  it('nothing that somebody decided', () => {
    expect(mayPass({ status: 'Canceled', failure: failure('Canceled', { transient: true }) })).toBe(false);
    expect(mayPass({ status: 'Rejected', failure: failure('Rejected') })).toBe(false);
    expect(mayPass({ status: 'Succeeded' })).toBe(false);
    expect(mayPass({ status: 'Failed' })).toBe(false);
  });
});

describe('when it is tried again', () => {
  const order = (tries?: number): Order => ({
    request: vpnGatewayRequest.parse({
      ticket: { system: 'webhook', id: 'event-1' },
      virtualNetworkId: hubId,
    }),
    fingerprint: 'f',
    ...(tries !== undefined && { tries }),
  });
  const minutesAfter = (tries: number | undefined, why: Failure) => {
    const wait = tryAgainAfter(order(tries), { status: 'Failed', failure: why });
    return wait === undefined ? undefined : wait / 60_000;
  };

  it('after half an hour, two and eight, and then no more', () => {
    const why = failure('TooManyRequests', { transient: true });
    expect([1, 2, 3, 4].map((tries) => minutesAfter(tries, why))).toEqual([30, 120, 480, undefined]);
  });

  it('not before Azure wants it, and never what a person sent or what does not pass', () => {
    expect(minutesAfter(1, failure('TooManyRequests', { transient: true, retryAfterSeconds: 7200 }))).toBe(
      120,
    );
    expect(minutesAfter(undefined, failure('TooManyRequests', { transient: true }))).toBeUndefined();
    expect(minutesAfter(1, failure('AuthorizationFailed'))).toBeUndefined();
  });

  it('when its VNet was written since it failed for a passing reason, and not otherwise', () => {
    const off = { status: 'Failed', failure: failure('NpsHostStopped') } as const;
    const gone = { status: 'Failed', failure: failure('AuthorizationFailed') } as const;
    const [before, at, after] = ['2030-01-01T09:00:00Z', '2030-01-01T10:00:00Z', '2030-01-01T10:00:01Z'];
    const other = { ...order(1), fingerprint: 'another' };
    expect(isTriedAgain({ order: order(1), ended: { ending: off, at } }, order(), after)).toBe(true);
    for (const [ending, wish, writtenAt] of [
      [off, order(), at],
      [off, order(), before],
      [off, order(), undefined],
      [off, other, after],
      [gone, order(), after],
      [{ status: 'Succeeded' }, order(), after],
    ] as const)
      expect(isTriedAgain({ order: order(1), ended: { ending, at } }, wish, writtenAt)).toBe(false);
    expect(isTriedAgain({ order: order(1) }, order(), after)).toBe(false);
  });

  it('the failure says when', () => {
    const why = failure('NpsHostStopped', { target: 'nps-01' });
    expect(withNextTry(why, new Date('2030-01-02T03:04:59.999Z'))).toEqual({
      code: 'NpsHostStopped',
      message: 'It is so. The app tries again automatically at 2030-01-02 03:04 UTC.',
      target: 'nps-01',
    });
  });
});
