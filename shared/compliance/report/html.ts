import { fixSentence, severities } from '../../core/check.ts';
import { jsonParts } from '../../core/json-parts.ts';
import { ruleOf } from '../catalogue.ts';
import { isOverEverything } from '../merge.ts';
import { waiverSentence } from '../waivers/waiver-sentence.ts';
import { pageScript, pageStyle } from './html-page.ts';
import type { ComplianceReport, Counts, TicketProblem } from './report.ts';
import { runFacts } from './run-facts.ts';
import { trendUpTo } from './trend.ts';
import { trendChart } from './trend-chart.ts';

/** The report as one page that sends no request: style, script and data are inside. */
export function* reportHtml(report: ComplianceReport, sha256: string): Generator<string> {
  const { id, summary, endedAt, changes, unchecked, scope } = report;
  const isEverything = isOverEverything(scope);
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>VPN compliance, ${day(endedAt)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>VPN gateways: compliance</h1>
<p>${shortTime(endedAt)} UTC${isEverything ? '' : ' · only a part of the gateways; the others as they were checked last'} · run <code>${escaped(id)}</code></p>
</header>
<main>
<section aria-label="Summary" class="cards">
${resourceCard('Gateways', summary.gateways)}
${resourceCard('NPS servers', summary.npsServers)}
<div class="card"><h2>Open findings</h2><p class="chips">${severities
    .map(
      (severity) =>
        `<button type="button" class="chip ${severity}" data-severity="${severity}"><b>${summary.findings[severity]}</b> ${severity}</button>`,
    )
    .join('')}</p><p class="note">${summary.waived} waived · ${summary.unconfirmed} not confirmed</p></div>
<div class="card"><h2>Since the run before</h2><p class="figures"><span><b>${changes.new.length}</b> new</span><span><b>${changes.resolved.length}</b> resolved</span></p></div>
</section>
<section>
<h2>Trend</h2>
<div class="scroll">${trendChart(trendUpTo(report))}</div>
<p class="legend"><span class="high">high</span><span class="medium">medium</span><span class="low">low</span></p>
</section>
${unchecked.length === 0 ? '' : '<section><h2>Could not be checked</h2><p>What is listed here is <strong>unknown</strong>, not compliant.</p><div id="unchecked"></div></section>'}
${ticketSection(report.ticketProblems ?? [])}
<section>
<h2>Findings</h2>
<form class="filters" onsubmit="return false">
<label>Severity <select id="severity"><option value="">all</option>${options(severities)}</select></label>
<label>Status <select id="status"><option value="">all</option>${options(['open', 'waived', 'unconfirmed'])}</select></label>
<label>Rule <select id="rule"><option value="">all</option></select></label>
<label class="wide">Text <input id="text" type="search" placeholder="name, resource, evidence"></label>
</form>
<p id="count" class="note" role="status"></p>
<table>
<thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Evidence and fix</th></tr></thead>
<tbody id="rows"></tbody>
</table>
<p><button type="button" id="more" hidden>Show more</button></p>
<noscript><p>The tables need JavaScript; the same is in the CSV and JSON forms of this report.</p></noscript>
</section>
<section>
<h2>What was looked at</h2>
<table class="inventory">
<thead><tr><th scope="col">Kind</th><th scope="col">Resource</th><th scope="col">Status</th></tr></thead>
<tbody id="inventory"></tbody>
</table>
<p><button type="button" id="more-inventory" hidden>Show more</button></p>
</section>
<section>
<h2>Rules</h2>
<table class="rules">
<thead><tr><th scope="col">Rule</th><th scope="col">About</th><th scope="col">Passed</th><th scope="col">Violated</th><th scope="col">Waived</th><th scope="col">Unknown</th><th scope="col">Does not apply</th></tr></thead>
<tbody>
${report.rules.map(ruleRow).join('\n')}
</tbody>
</table>
</section>
<section>
<h2>The run</h2>
<dl>${[...runFacts(report), ['SHA-256 of the JSON form', sha256] as const].map(([name, value]) => `<dt>${name}</dt><dd><code>${escaped(value)}</code></dd>`).join('')}</dl>
</section>
</main>
<script type="application/json" id="data">`;
  // A "<" could end the script element.
  for (const part of jsonParts(data(report))) yield part.replaceAll('<', '\\u003c');
  yield `</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function ticketSection(problems: readonly TicketProblem[]): string {
  if (problems.length === 0) return '';
  const rows = problems.map(({ finding, ticket, reason }) => {
    const about = [ticket && `ticket ${ticket}`, finding && `finding ${finding}`].filter(Boolean).join(', ');
    return `<li>${about && `<code>${escaped(about)}</code>: `}${escaped(reason)}</li>`;
  });
  return `<section><h2>Tickets that were not opened or not closed</h2><p>The next check tries again.</p><ul>${rows.join('')}</ul></section>`;
}

function ruleRow({ id, severity, title, about, tally }: ComplianceReport['rules'][number]): string {
  const { compliant, violated, waived, unknown, notApplicable } = tally;
  const counts = [compliant, violated, waived, unknown, notApplicable].map((count) => `<td>${count}</td>`);
  return `<tr><td><span class="tag ${severity}">${severity}</span> ${escaped(title)} <code>${id}</code></td><td>${about}</td>${counts.join('')}</tr>`;
}

function resourceCard(title: string, { total, compliant, nonCompliant, unknown }: Counts): string {
  const share = (count: number) => (total === 0 ? 0 : Math.round((1000 * count) / total) / 10);
  return `<div class="card"><h2>${title}</h2><p class="big">${total}</p>
<div class="meter" aria-hidden="true"><i class="good" style="width:${share(compliant)}%"></i><i class="bad" style="width:${share(nonCompliant)}%"></i><i class="dim" style="width:${share(unknown)}%"></i></div>
<p class="figures"><span><b>${compliant}</b> compliant</span><span><b>${nonCompliant}</b> not</span><span><b>${unknown}</b> unknown</span></p></div>`;
}

const options = (values: readonly string[]) =>
  values.map((value) => `<option value="${value}">${value}</option>`).join('');

/** Rows are short arrays, because there may be tens of thousands. Each rule is written only once. */
function data({ findings, unchecked, subscriptions, gateways, npsServers }: ComplianceReport) {
  const used = [...new Set(findings.map(({ rule }) => rule))];
  const rules = used.map((id) => {
    const rule = ruleOf.get(id)!;
    const { title, why, source } = rule;
    return { id, title, why, fix: fixSentence(rule), source };
  });
  const place = new Map(used.map((id, index) => [id, index]));
  const rows = findings.map(
    ({ rule, severity, status, target, evidence, firstSeenAt, waiver, ticket, repair }) => [
      place.get(rule),
      severity,
      status,
      target,
      evidence,
      firstSeenAt.slice(0, 10),
      waiver ? waiverSentence(waiver) : '',
      ticket ?? '',
      repair
        ? `${repair.status === 'planned' ? 'Repair planned' : 'Not repaired automatically'}: ${repair.detail}`
        : '',
    ],
  );
  const untold = new Map<string, string[]>();
  for (const { target, reason } of unchecked) {
    const targets = untold.get(reason);
    if (targets) targets.push(target);
    else untold.set(reason, [target]);
  }
  const reasons = [...untold].sort(([, one], [, other]) => other.length - one.length);
  const passed = (ids: readonly string[]) =>
    `passes ${ids.length} ${ids.length === 1 ? 'rule' : 'rules'}${ids.length > 0 ? `: ${ids.join(', ')}` : ''}`;
  const inventory = [
    ...subscriptions.map(({ id, status, gateways: count, checkedAt }) => [
      ...['subscription', `/subscriptions/${id}`, status],
      `${count} gateways · ${shortTime(checkedAt)}`,
    ]),
    ...gateways.map(({ id, sku, location, status, checkedAt, passed: ids }) => [
      ...['gateway', id, status],
      `${sku}, ${location} · ${shortTime(checkedAt)} · ${passed(ids)}`,
    ]),
    ...npsServers.map(({ id, status, gateways: count, checkedAt, passed: ids }) => [
      ...['NPS server', id, status],
      `${count} gateways · ${shortTime(checkedAt)} · ${passed(ids)}`,
    ]),
  ];
  return { rules, rows, unchecked: reasons, inventory };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const day = (at: string) => at.slice(0, 10);
const shortTime = (at: string) => at.slice(0, 16).replace('T', ' ');
