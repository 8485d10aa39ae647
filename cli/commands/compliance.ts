import type { ComplianceReport } from '../../shared/compliance/report/report.ts';
import { fixSentence } from '../../shared/core/check.ts';
import { nameOf } from '../../shared/core/resource-id.ts';
import type { Call } from '../command.ts';
import { type ExitCode, exitCodes, wrongCall } from '../exit-codes.ts';
import { facts, shortTime, table } from '../telling/tables.ts';
import { jsonLine, readable } from '../telling/terminal.ts';
import { followed } from '../telling/watch.ts';

interface Run {
  readonly id: string;
  readonly status: string;
  readonly stage?: string;
  readonly gateways?: number;
  /** The report that the run has published. */
  readonly report?: { readonly id: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/** `compliance`: the last report. `--run` checks now; with `--watch` the report of that run follows. */
export async function compliance(call: Call): Promise<ExitCode> {
  const { api, terminal, json } = call;
  const format = call.text('format');
  if (call.flag('watch') && !call.flag('run')) throw wrongCall('--watch needs --run.');
  if (format && json) throw wrongCall('Give only one of --format and --json.');
  let of = 'latest';
  if (call.flag('run')) {
    const { id, alreadyRunning } = await api.call<{ id: string; alreadyRunning: boolean }>(
      'POST',
      'compliance/runs',
      orderOf(call),
    );
    if (!call.flag('watch')) {
      terminal.say(
        json
          ? jsonLine({ id, alreadyRunning })
          : `${alreadyRunning ? 'A check is already running' : 'The check runs'}: ${id}. Its report: vpn-radius compliance`,
      );
      return exitCodes.done;
    }
    const { error, report } = await watched(call, id);
    if (error) {
      terminal.warn(`The check failed: ${error.message} (${error.code})`);
      if (json) terminal.say(jsonLine({ error }));
      return exitCodes.endedBadly;
    }
    // Another run may have ended meanwhile. Then the latest report is the report of that run.
    if (report) of = `reports/${encodeURIComponent(report.id)}`;
  }
  const report = await api.call<ComplianceReport>('GET', `compliance/${of}?format=json`);
  if (format) terminal.write(await api.text(`compliance/${of}?format=${encodeURIComponent(format)}`));
  else for (const line of json ? [jsonLine(report)] : linesOfReport(report)) terminal.say(line);
  const { gateways, npsServers } = report.summary;
  const isWell = [gateways, npsServers].every(({ compliant, total }) => compliant === total);
  return isWell ? exitCodes.done : exitCodes.endedBadly;
}

const orderOf = (call: Call) => {
  const scope = call.text('scope')?.split(',').filter(Boolean);
  return { ...(scope && { scope }), ...(call.flag('remediate') && { remediate: true }) };
};

/** Progress goes to standard error: the output is only the report. */
async function watched({ api, terminal }: Call, id: string): Promise<Run> {
  let told: string | undefined;
  return followed(
    terminal,
    () => api.call<Run>('GET', `compliance/runs/${id}`),
    ({ stage, gateways }) => {
      if (stage === undefined || stage === told) return;
      told = stage;
      terminal.warn(
        `${terminal.now().toISOString().slice(11, 19)}  … ${stage}${gateways === undefined ? '' : ` (${gateways} gateways)`}`,
      );
    },
    ({ status }) => status !== 'Running',
  );
}

function linesOfReport({
  id,
  endedAt,
  summary,
  gateways,
  npsServers,
  findings,
  unchecked,
  rules,
}: ComplianceReport) {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  const open = findings.filter(({ status }) => status !== 'waived');
  const count = ({ compliant, total }: { compliant: number; total: number }) =>
    `${compliant} of ${total} comply`;
  return [
    ...facts({
      Report: id,
      Ended: shortTime(endedAt),
      Gateways: count(summary.gateways),
      'NPS servers': count(summary.npsServers),
      Findings: Object.entries(summary.findings)
        .map(([severity, number]) => `${number} ${severity}`)
        .join(', '),
      Waived: String(summary.waived),
      'Not checked': String(summary.unchecked),
    }),
    '',
    ...table(
      ['RESOURCE', 'STATUS', 'FINDINGS'],
      [...gateways, ...npsServers].map(({ name, status, findings: number }) => [
        name,
        status,
        String(number),
      ]),
    ),
    ...(open.length > 0
      ? [
          '',
          ...open.flatMap(({ severity, rule, target, evidence, status }) => [
            readable(
              `${severity.padEnd(6)}  ${nameOf(target)}: ${ruleOf.get(rule)?.title ?? rule} (${rule}${status === 'unconfirmed' ? ', could not be checked again' : ''})`,
            ),
            ...evidence.map((one) => `        ${readable(one)}`),
            `        To do: ${readable(toDo(ruleOf.get(rule)))}`,
          ]),
        ]
      : []),
    ...unchecked.map(({ target, reason }) => readable(`not checked: ${target}: ${reason}`)),
  ];
}

const toDo = (rule: ComplianceReport['rules'][number] | undefined) => (rule ? fixSentence(rule) : '');
