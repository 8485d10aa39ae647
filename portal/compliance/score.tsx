import type { Counts, Summary } from '../../shared/compliance/report/report.ts';

export const scoreOf = ({ compliant, total }: Counts) =>
  total === 0 ? 100 : Math.floor((100 * compliant) / total);

export function Score({ summary }: { readonly summary: Summary }) {
  const { gateways, npsServers, findings, waived, unconfirmed, unchecked } = summary;
  return (
    <section aria-label="Score" class="cards">
      <Card title="Gateways compliant" counts={gateways} />
      <Card title="NPS servers compliant" counts={npsServers} />
      <div class="card">
        <h2>Open findings</h2>
        <p class="big">{findings.high + findings.medium + findings.low}</p>
        <p>
          {findings.high} high, {findings.medium} medium, {findings.low} low
        </p>
        <p class="note">
          {waived} waived, {unconfirmed} not confirmed this time, {unchecked} resources not completely checked
        </p>
      </div>
    </section>
  );
}

function Card({ title, counts }: { readonly title: string; readonly counts: Counts }) {
  const { compliant, nonCompliant, unknown, total } = counts;
  return (
    <div class="card">
      <h2>{title}</h2>
      <p class="big">{total === 0 ? 'none' : `${scoreOf(counts)} %`}</p>
      <p>
        {compliant} of {total}
      </p>
      <p class="note">
        {nonCompliant} not, {unknown} unknown
      </p>
    </div>
  );
}
