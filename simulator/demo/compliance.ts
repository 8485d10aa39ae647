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
 * Tells a scheduled check: a gateway is deployed, somebody changes NPS by hand, the timer finds it, says what it means, and
 * repairs what cannot cut anybody off. True when nothing grave is left but what was left to a person.
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
      'Somebody works on nps-01 by hand: the network policy denies, the RADIUS client is disabled,',
    );
    narration.say(
      'failed sign-ins are no longer recorded. The MFA certificate has twenty days left besides.',
    );
    world.npsServers.get('nps-01')!.change((state) => {
      state.networkPolicies[0]!.grant = false;
      state.radiusClients[0]!.enabled = false;
      state.audit.failure = false;
      const notAfter = new Date(clock.now().getTime() + 20 * 86_400_000).toISOString();
      state.mfa.certificate = { thumbprint: '0F1E2D3C', notAfter };
    });
    narration.say('The timer of the scheduled check fires (COMPLIANCE_REMEDIATE=safe).');
    await host.trigger('complianceDue');
    const stage = () =>
      (host.durable.instance('compliance-all')?.customStatus as { stage?: string } | undefined)?.stage;
    await until(() => stage() === 'repair' || stage() === 'done');
    const found = await latest(local);
    tell(narration, found);

    narration.say('The repairs run through the same steps as a deployment; their end is checked again.');
    await until(() => quiet('provisionVpnGateway') && quiet('checkCompliance'));
    const after = await latest(local);
    for (const { rule } of after.changes.resolved) narration.say(`  gone      ${ruleOf.get(rule)!.title}`);
    tell(narration, after);
    const file = join(options.state ?? tmpdir(), 'vpn-compliance.html');
    writeFileSync(file, await (await host.fetch('/api/compliance/latest?format=html')).text());
    narration.say(`The report as a page: ${file}. Where to look next: docs/rules.md`);

    const grave = (report: ComplianceReport) =>
      report.findings.filter(({ severity, status }) => severity === 'high' && status === 'open');
    const left = grave(after).map(({ rule }) => rule);
    const mended = grave(found).length > left.length && left.every((rule) => rule === 'mfa-certificate');
    narration.end({
      outcome: mended ? 'Succeeded' : 'Failed',
      found: found.summary.findings,
      left: after.summary.findings,
      resolved: after.changes.resolved.map(({ rule }) => rule),
    });
    return mended;
  } finally {
    await local.close();
  }
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
