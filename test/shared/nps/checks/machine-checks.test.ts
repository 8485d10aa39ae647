import { describe, expect, it } from 'vitest';
import { compliant, notApplicable, unknown, type Verdict, violated } from '../../../../shared/core/check.ts';
import type { RadiusServerFacts } from '../../../../shared/nps/checks/facts.ts';
import { machineChecks, npsHostFindings } from '../../../../shared/nps/checks/machine-checks.ts';
import { npsState } from '../../compliance/facts.ts';
import { gatewayId, npsHost, npsId } from '../../hub.ts';
import { told } from '../../told.ts';

const answer = (state: object = {}) => ({
  host: npsId,
  state: npsState(state),
  findings: [],
  findingsOmitted: 0,
});

describe('the machine of a RADIUS server', () => {
  const verdict = (id: string, one: RadiusServerFacts, usesRadius = true) =>
    machineChecks
      .find((rule) => rule.id === id)!
      .check({ gateway: { id: gatewayId }, servers: [one], usesRadius });
  const silent = (isDown: boolean) => ({
    host: npsId,
    problem: { code: 'X', message: 'It said no.' },
    isDown,
  });
  const known = { address: '10.0.1.4', host: npsId };
  const unasked = unknown('nps-01 was not asked.');
  const nobody = unknown('10.0.1.4 was not asked.');
  const no = unknown('It said no.');

  it.each<[string, RadiusServerFacts, Verdict, Verdict]>([
    ['that was not asked', known, unasked, unasked],
    ['that is not known', { address: '10.0.1.4' }, nobody, nobody],
    ['that nobody names, though it answered', { address: '10.0.1.4', answer: answer() }, compliant, nobody],
    ['that is down', { ...known, answer: silent(true) }, violated('10.0.1.4: It said no.'), no],
    ['that did not answer', { ...known, answer: silent(false) }, no, no],
    [
      'that does not tell its addresses',
      { ...known, answer: answer() },
      compliant,
      unknown('nps-01 did not report its addresses.'),
    ],
    ['that has the address', { ...known, answer: answer({ addresses: ['10.0.1.4'] }) }, compliant, compliant],
    [
      'that has another address',
      { ...known, answer: answer({ addresses: ['10.0.1.9'] }) },
      compliant,
      violated(
        '10.0.1.4 is not an address of nps-01, which has 10.0.1.9. Name the machine that has 10.0.1.4, or the address of nps-01. If the address belongs to a load balancer or address translation, the owner of the app lists the address with the machine (GUARDRAILS, npsMachines).',
      ),
    ],
    [
      'that the owner vouches for',
      { ...known, vouched: ['10.0.1.4'], answer: answer({ addresses: ['10.0.1.9'] }) },
      compliant,
      compliant,
    ],
  ])('%s', (_, one, isUp, isThere) => {
    expect(verdict('radius-server-down', one)).toEqual(isUp);
    expect(verdict('radius-server-elsewhere', one)).toEqual(isThere);
    expect(verdict('radius-server-down', one, false)).toEqual(notApplicable);
    expect(verdict('radius-server-elsewhere', one, false)).toEqual(notApplicable);
  });

  const agent = (name: string) => [
    [
      'problem NpsHostAgentNotReady f',
      `The ${name} of nps-01 does not answer, and run commands need it. Repair or restart the agent.`,
    ],
  ];
  it.each([
    ['virtualMachine', 'VM agent'],
    ['arcMachine', 'Azure Connected Machine agent'],
  ] as const)('%s has an agent that must answer', (kind, name) => {
    expect(told(npsHostFindings(npsId, npsHost({ kind, isAgentReady: false }), 'f'))).toEqual(agent(name));
    expect(told(npsHostFindings(npsId, npsHost({ kind }), 'f'))).toEqual([]);
  });
});
