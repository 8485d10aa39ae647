import type { TrendPoint } from '../../shared/compliance/report/report.ts';
import { Time } from '../parts/time.tsx';

const shown = ['high', 'medium', 'low'] as const;
const width = 600;
const height = 120;

/** Open findings of the last runs as bars, and as a table for people who prefer numbers or do not see. */
export function Trend({ points }: { readonly points: readonly TrendPoint[] }) {
  const last = points.slice(-30);
  if (last.length < 2) return null;
  const total = ({ findings }: TrendPoint) => shown.reduce((sum, severity) => sum + findings[severity], 0);
  const most = Math.max(...last.map(total));
  const slot = width / Math.max(last.length, 12);
  return (
    <section aria-labelledby="trend">
      <h2 id="trend">Trend</h2>
      <svg
        class="trend"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label="Open findings of the last runs; the table below has the numbers"
      >
        {last.map((point, index) => (
          <FindingsBar
            key={point.id}
            point={point}
            x={slot * index}
            width={slot * 0.7}
            scale={(height - 4) / Math.max(1, most)}
          />
        ))}
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
      </svg>
      <p class="note">{most === 0 ? 'No run had an open finding.' : `Highest: ${most}`}</p>
      <details>
        <summary>The numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Checked</th>
              {shown.map((severity) => (
                <th scope="col" key={severity}>
                  {severity}
                </th>
              ))}
              <th scope="col">Gateways compliant</th>
            </tr>
          </thead>
          <tbody>
            {last.toReversed().map(({ id, at, findings, gateways }) => (
              <tr key={id}>
                <th scope="row">
                  <Time at={at} />
                </th>
                {shown.map((severity) => (
                  <td key={severity}>{findings[severity]}</td>
                ))}
                <td>
                  {gateways.compliant} of {gateways.total}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

interface FindingsBarProps {
  readonly point: TrendPoint;
  readonly x: number;
  readonly width: number;
  readonly scale: number;
}

function FindingsBar({ point: { findings }, x, width: wide, scale }: FindingsBarProps) {
  let below = 0;
  const hasNone = shown.every((severity) => findings[severity] === 0);
  return (
    <g>
      {/* A run without findings gets a visible bar too. */}
      {hasNone && <rect class="none" x={x} y={height - 4} width={wide} height={4} />}
      {shown.map((severity) => {
        const tall = findings[severity] * scale;
        below += tall;
        return <rect key={severity} class={severity} x={x} y={height - below} width={wide} height={tall} />;
      })}
    </g>
  );
}
