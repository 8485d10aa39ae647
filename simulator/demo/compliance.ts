import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Narration } from '../../cli/telling/narration.ts';
import type { ComplianceFinding } from '../../shared/compliance/assessment.ts';
import { ruleOf } from '../../shared/compliance/catalogue.ts';
import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { type Local, startLocal } from '../local/local.ts';
import { narrationFor } from './demo.ts';
import type { DemoOptions } from './options.ts';
import { watchable } from './pace.ts';
import { trigger } from './trigger.ts';

/**
 * Shows a scheduled check. A gateway is deployed, and somebody changes NPS by hand. The timer finds it, explains it,
 * and repairs what cannot cut anybody off. Then somebody keeps users out, which may be a decision: that is reported and
 * not changed. True when all of this happened.
 */
export async function runComplianceDemo(options: DemoOptions, out: NodeJS.WriteStream): Promise<boolean> {
  const local = await startLocal({
    seed: 'demo',
    stateDir: options.state,
    settings: { COMPLIANCE_REMEDIATE: 'safe' },
  });
  const { host, clock, world } = local;
  const narration = narrationFor(options, out, () => clock.now());
  const keepUp = options.pace > 0 ? watchable(clock, options.pace) : async () => {};
  const until = (condition: () => boolean | Promise<boolean>) =>
    host.runUntil(
      async () => {
        if (await condition()) return true;
        await keepUp();
        return false;
      },
      { limitMinutes: 600 },
    );
  const named = (name: string) => host.durable.instances().filter((one) => one.name === name);
  const quiet = (name: string) =>
    named(name).length > 0 &&
    named(name).every(({ status }) => status === 'Completed' || status === 'Failed');

  try {
    if (named('provisionVpnGateway').length === 0) await trigger('ticket', local, narration);
    await until(() => quiet('provisionVpnGateway') && quiet('checkCompliance'));
    narration.say('The gateway is deployed, and the check after its deployment is done:');
    tell(narration, await latest(local));

    narration.say(
      'Somebody works on nps-01 by hand: failed sign-ins are no longer recorded. Also, the MFA certificate expires in twenty days.',
    );
    world.npsServers.get('nps-01')!.change((state) => {
      state.audit.failure = false;
      const notAfter = new Date(clock.now().getTime() + 20 * 86_400_000).toISOString();
      state.mfa.certificate = { thumbprint: '0F1E2D3C', notAfter };
    });
    narration.say('The timer of the scheduled check fires (COMPLIANCE_REMEDIATE=safe).');
    const found = await checked(local, until);
    tell(narration, found);

    narration.say('The repairs run through the same steps as a deployment; their end is checked again.');
    await until(() => quiet('provisionVpnGateway') && quiet('checkCompliance'));
    const fixed = await latest(local);
    for (const { rule } of fixed.changes.resolved) narration.say(`  gone      ${ruleOf.get(rule)!.title}`);
    tell(narration, fixed);

    narration.say('In an incident somebody keeps the users of the VPN out: the network policy denies.');
    world.npsServers.get('nps-01')!.change((state) => {
      state.networkPolicies[0]!.grant = false;
      state.audit.failure = false;
    });
    narration.say('The timer fires again. What may be a decision is reported, and left to a person:');
    const kept = await checked(local, until);
    tell(narration, kept);
    await until(() => quiet('provisionVpnGateway') && quiet('checkCompliance'));
    const isLeft = !world.npsServers.get('nps-01')!.state().networkPolicies[0]!.grant;
    const file = join(options.state ?? tmpdir(), 'vpn-compliance.html');
    writeFileSync(file, await (await host.fetch('/api/compliance/latest?format=html')).text());
    narration.say(`The report as a page: ${file}. Where to look next: docs/rules.md`);

    const resolved = fixed.changes.resolved.map(({ rule }) => rule);
    const isAsTold =
      isLeft &&
      resolved.includes('audit-off') &&
      kept.findings.some(({ rule, repair }) => rule === 'audit-off' && repair?.status === 'refused');
    narration.end({
      outcome: isAsTold ? 'Succeeded' : 'Failed',
      found: found.summary.findings,
      left: fixed.summary.findings,
      resolved,
      leftToAPerson: kept.findings.filter(({ severity }) => severity === 'high').map(({ rule }) => rule),
    });
    return isAsTold;
  } finally {
    await local.close();
  }
}

/** The report of a scheduled check, as soon as its repairs are planned. */
async function checked(
  local: Local,
  until: (condition: () => boolean) => Promise<unknown>,
): Promise<ComplianceReport> {
  await local.host.trigger('complianceDue');
  const stage = () =>
    (local.host.durable.instance('compliance-all')?.customStatus as { stage?: string } | undefined)?.stage;
  await until(() => stage() === 'repair' || stage() === 'done');
  return latest(local);
}

async function latest({ host }: Local): Promise<ComplianceReport> {
  return (await (await host.fetch('/api/compliance/latest')).json()) as ComplianceReport;
}

function tell(narration: Narration, { findings, gateways, npsServers }: ComplianceReport): void {
  for (const { name, status } of [...gateways, ...npsServers])
    narration.say(`  ${name} is ${status === 'nonCompliant' ? 'not compliant' : status}`, {
      resource: name,
      status,
    });
  for (const finding of findings) if (finding.severity !== 'info') tellFinding(narration, finding);
}

function tellFinding(narration: Narration, finding: ComplianceFinding): void {
  const { rule, severity, evidence, repair } = finding;
  const { title, why, fix } = ruleOf.get(rule)!;
  narration.say(`  ${severity.padEnd(9)} ${title}: ${evidence.join(' ')}`, {
    rule,
    severity,
    evidence,
    repair,
  });
  narration.say(`            Why: ${why}`);
  narration.say(
    repair?.status === 'planned'
      ? `            It is repaired: ${repair.detail}`
      : `            For a person${repair ? ` (${repair.detail})` : ''}: ${fix}`,
  );
}
