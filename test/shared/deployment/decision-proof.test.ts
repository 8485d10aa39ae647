import { expect, it } from 'vitest';
import { type Decided, decisionProof, lockOf, opens } from '../../../shared/deployment/decision-proof.ts';

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
