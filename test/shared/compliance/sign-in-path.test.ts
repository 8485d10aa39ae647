import { describe, expect, it } from 'vitest';
import type { ComplianceFinding, Unchecked } from '../../../shared/compliance/assessment.ts';
import { catalogue } from '../../../shared/compliance/catalogue.ts';
import { gateOf, gates, signInPath } from '../../../shared/compliance/sign-in-path.ts';

const gateway = { id: '/s/gw', npsServers: ['/s/nps-01'] };
const finding = (rule: string, more: Partial<ComplianceFinding> = {}): ComplianceFinding => ({
  id: rule,
  rule,
  severity: 'high',
  status: 'open',
  target: '/s/gw',
  evidence: ['It is so.'],
  firstSeenAt: '',
  checkedAt: '',
  ...more,
});
const path = (findings: ComplianceFinding[], unchecked: Unchecked[] = []) =>
  signInPath(gateway, { findings, unchecked });

describe('the way of a sign-in', () => {
  it('every rule that can end a sign-in stands at a gate, and each gate has a rule', () => {
    // A changed record keeps nobody out.
    const ofSignIn = catalogue.filter(({ severity, about }) => severity === 'high' && about !== 'record');
    const high = ofSignIn.map(({ id }) => id);
    expect(high.filter((id) => !gateOf(id))).toEqual([]);
    for (const gate of gates)
      expect(
        catalogue.some(({ id }) => gateOf(id) === gate),
        gate.title,
      ).toBe(true);
  });

  it('ends at the first gate that refuses, of the gateway or of its NPS servers', () => {
    const { gates: seen, refusedAt } = path([
      finding('mfa-not-loaded', { target: '/S/NPS-01' }),
      finding('radius-client-missing'),
      finding('policy-not-granting', { target: '/s/another' }),
    ]);
    expect(seen[refusedAt!]!.title).toBe('NPS knows the gateway as RADIUS client');
    expect(seen.filter(({ is }) => is === 'refuses')).toHaveLength(2);
  });

  it('a finding that cuts nobody off is told at its gate, which passes; a waiver lets nobody in', () => {
    const minor = path([finding('mfa-version', { severity: 'low', target: '/s/nps-01' })]);
    expect(minor.refusedAt).toBeUndefined();
    expect(minor.gates.find(({ findings }) => findings.length > 0)).toMatchObject({ is: 'passes' });
    expect(path([finding('radius-missing', { status: 'waived' })]).refusedAt).toBe(2);
  });

  it('what could not be looked at is unknown, never passed', () => {
    const unread = { target: '/s/nps-01', reason: 'It does not answer.', checkedAt: '' };
    expect(path([], [unread]).gates.every(({ is }) => is === 'unknown')).toBe(true);
    const elsewhere = path([finding('gateway-failed', { severity: 'info' })], [{ ...unread, target: '/x' }]);
    expect(elsewhere.gates.every(({ is, findings }) => is === 'passes' && findings.length === 0)).toBe(true);
    const partly = path([], [{ ...unread, rules: ['mfa-version', 'policy-order'] }]);
    expect(partly.gates.filter(({ is }) => is === 'unknown')).toHaveLength(2);
    expect(path([finding('gateway-failed')]).refusedAt).toBe(0);
    const some = path(
      [finding('policy-order', { status: 'unconfirmed' })],
      [{ ...unread, rules: ['mfa-version'] }],
    );
    expect(some.gates.filter(({ is }) => is === 'unknown').map(({ title }) => title)).toEqual([
      'The network policy grants it',
      'The MFA extension asks for the second factor',
    ]);
    expect(some.refusedAt).toBeUndefined();
  });
});
