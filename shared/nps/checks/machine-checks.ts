import { type Check, compliant, notApplicable, unknown, unless, violated, worst } from '../../core/check.ts';
import { type Finding, problem } from '../../core/finding.ts';
import { nameOf } from '../../core/resource-id.ts';
import { machineAddressFindings } from '../machine-addresses.ts';
import type { NpsHostStatus } from '../model.ts';
import type { RadiusClientFacts } from './facts.ts';

/**
 * The machine of an NPS server. Planning uses these checks before it writes, the compliance check before it sends a
 * test.
 */
export const machineChecks: readonly Check<RadiusClientFacts>[] = [
  {
    codes: ['NpsHostNotFound', 'NpsHostNotWindows', 'NpsHostStopped', 'NpsHostAgentNotReady'],
    id: 'radius-server-down',
    severity: 'high',
    title: 'The machine of a RADIUS server is not running',
    why: 'A server that is stopped, disconnected or deleted authenticates nobody.',
    fix: 'Start the machine, or repair the agent that connects it to Azure.',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
    check: ({ usesRadius, servers }) =>
      usesRadius
        ? worst(
            servers.map(({ address, host, answer }) => {
              if (!answer) return unknown(`${host ? nameOf(host) : address} was not asked.`);
              if ('state' in answer) return compliant;
              return answer.isDown
                ? violated(`${address}: ${answer.problem.message}`)
                : unknown(answer.problem.message);
            }),
          )
        : notApplicable,
  },
  {
    codes: ['RadiusAddressOfAnotherMachine'],
    id: 'radius-server-elsewhere',
    severity: 'high',
    title: 'The gateway asks another machine than the configured one',
    why: 'The configured machine reports that it does not have the address which the gateway asks. So another machine answers, or none.',
    fix: 'Correct the address or the machine with a ticket. When the address belongs to a load balancer or address translation, the owner of the app lists the address with the machine (GUARDRAILS, npsMachines).',
    source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
    check: ({ usesRadius, servers }) =>
      usesRadius
        ? worst(
            servers.map(({ address, host, answer, vouched = [] }) => {
              if (!host || !answer) return unknown(`${host ? nameOf(host) : address} was not asked.`);
              if ('problem' in answer) return unknown(answer.problem.message);
              const own = answer.state.addresses ?? [];
              if (own.length === 0) return unknown(`${nameOf(host)} did not report its addresses.`);
              return unless(
                [...machineAddressFindings({ address, host }, own, vouched, host)].map(
                  ({ message }) => message,
                ),
              );
            }),
          )
        : notApplicable,
  },
];

/**
 * Whether run commands can reach the machine of an NPS server. `host` is what was read, when there is such a machine.
 */
export function* npsHostFindings(
  id: string,
  host: NpsHostStatus | null | undefined,
  target: string,
): Generator<Finding> {
  const name = nameOf(id);
  if (!host) {
    yield problem(
      'NpsHostNotFound',
      `There is no machine ${id}, or this app may not read it. Correct the id, or give the identity of the app its role on the machine.`,
      target,
    );
    return;
  }
  if (host.osType.toLowerCase() !== 'windows') {
    yield problem(
      'NpsHostNotWindows',
      `${name} runs ${host.osType}, but NPS is a role of Windows Server.`,
      target,
    );
  }
  if (!host.isRunning) {
    yield problem('NpsHostStopped', `${name} is not running or not connected. Start it.`, target);
  } else if (!host.isAgentReady) {
    const agent = host.kind === 'arcMachine' ? 'Azure Connected Machine agent' : 'VM agent';
    yield problem(
      'NpsHostAgentNotReady',
      `The ${agent} of ${name} does not answer, and run commands need it. Repair or restart the agent.`,
      target,
    );
  }
}
