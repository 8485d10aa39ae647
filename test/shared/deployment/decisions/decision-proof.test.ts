import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  type Decided,
  decisionProof,
  lockOf,
  opens,
} from '../../../../shared/deployment/decisions/decision-proof.ts';

const approve: Decided = { planDigest: 'a1', approved: true };
const lock = lockOf(decisionProof('the key', 'vpn-1', approve));

it('a proof opens its own lock', () => {
  expect(opens(decisionProof('the key', 'vpn-1', approve), lock)).toBe(true);
});

it.each<[string, unknown]>([
  ['of another deployment', decisionProof('the key', 'vpn-2', approve)],
  ['of another plan', decisionProof('the key', 'vpn-1', { planDigest: 'a2', approved: true })],
  ['of the opposite decision', decisionProof('the key', 'vpn-1', { planDigest: 'a1', approved: false })],
  ['of a cancellation', decisionProof('the key', 'vpn-1', 'cancel')],
  ['made with another key', decisionProof('a key', 'vpn-1', approve)],
  ['that is the lock itself', lock],
  ['that is missing', undefined],
  ['that is no text', { toString: () => decisionProof('the key', 'vpn-1', approve) }],
])('a proof %s does not', (_, proof) => expect(opens(proof, lock)).toBe(false));

it.each<[string, Decided, readonly string[]]>([
  ['an approval', { planDigest: 'digest', approved: true }, ['approve', 'digest']],
  ['a rejection', { planDigest: 'digest', approved: false }, ['reject', 'digest']],
  ['a cancellation', 'cancel', ['cancel']],
])(
  'a proof of %s is the same in every version: deployments wait while the app is updated',
  (_, what, told) => {
    const text = JSON.stringify(['vpn-1', ...told]);
    expect(decisionProof('key', 'vpn-1', what)).toBe(createHmac('sha256', 'key').update(text).digest('hex'));
  },
);

it('a lock of another length is not opened', () => {
  expect(opens('proof', lockOf('proof').slice(1))).toBe(false);
  expect(opens('proof', lockOf('proof'))).toBe(true);
});
