import { describe, expect, it } from 'vitest';
import { rulesOfGateways, rulesOfNpsServers } from '../../../shared/compliance/catalogue.ts';
import { npsChecks } from '../../../shared/nps/checks/table.ts';
import { failing, worthTelling } from '../../../shared/nps/checks/verdicts.ts';
import { parseNpsResult } from '../../../shared/nps/result.ts';
import { gatewayFacts, npsFacts, npsState, server } from './facts.ts';

/** The same facts give the same verdict in the plan, when a deployment is verified, and in the compliance report. */

describe('what an NPS server answered', () => {
  const said = 'Said by the server.';

  it.each(npsChecks.map((check) => [check.id, check] as const))(
    '%s',
    (id, { appliesTo, severity, fails, blocks }) => {
      const line = JSON.stringify({
        findings: [
          { id, severity: 'info', message: said, ...(appliesTo === 'gateway' && { client: 'vpngw-hub' }) },
        ],
        state: npsState(),
      });
      const result = parseNpsResult(line);
      if ('error' in result) throw new Error('This answer has no error.');
      const { findings, findingsOmitted, state } = result;

      // The deployment fails or tells; nothing that the server says to a person is dropped.
      expect(failing(findings)).toHaveLength(fails ? 1 : 0);
      expect(worthTelling(findings)).toHaveLength(severity === 'info' ? 0 : 1);
      // What may not be written to cannot be what was asked for.
      if (blocks && fails !== true) expect(id).toBe('mfa-loads-on-restart');

      const answer = { host: '/nps-01', state, findings, findingsOmitted };
      const verdict =
        appliesTo === 'server'
          ? rulesOfNpsServers.find((rule) => rule.id === id)!.check(npsFacts(state, { answers: [answer] }))
          : rulesOfGateways
              .find((rule) => rule.id === id)!
              .check(gatewayFacts({ servers: [server('10.0.1.4', state, { answer, sameSecret: false })] }));
      expect(verdict).toMatchObject({ is: 'violated' });
    },
  );
});
