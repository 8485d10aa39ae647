import type { Severity } from '../../core/check.ts';
import type { TrendPoint } from './report.ts';

const shown: readonly Severity[] = ['high', 'medium', 'low'];
const width = 640;
const height = 150;
const margin = { left: 36, right: 8, top: 8, bottom: 22 };

/** Open findings of the last runs as stacked bars, in SVG. The numbers are in the title of each bar. */
export function trendChart(points: readonly TrendPoint[]): string {
  const last = points.slice(-30);
  const total = ({ findings }: TrendPoint) => shown.reduce((sum, severity) => sum + findings[severity], 0);
  const top = niceTop(Math.max(1, ...last.map(total)));
  const innerHeight = height - margin.top - margin.bottom;
  const slot = (width - margin.left - margin.right) / Math.max(last.length, 12);
  const bar = Math.min(28, slot * 0.7);
  const y = (value: number) => margin.top + innerHeight * (1 - value / top);
  const bars = last.map((point, index) => {
    const x = margin.left + slot * index + (slot - bar) / 2;
    let below = 0;
    const parts = shown.map((severity) => {
      const value = point.findings[severity];
      const from = below;
      below += value;
      return value === 0
        ? ''
        : `<rect class="${severity}" x="${fixed(x)}" y="${fixed(y(below))}" width="${fixed(bar)}" height="${fixed(y(from) - y(below))}"/>`;
    });
    const day = point.at.slice(5, 10);
    const told = `${point.at.slice(0, 16).replace('T', ' ')}: ${shown.map((severity) => `${point.findings[severity]} ${severity}`).join(', ')}`;
    const label =
      index % Math.ceil(last.length / 10) === 0
        ? `<text x="${fixed(x + bar / 2)}" y="${height - 6}" text-anchor="middle">${day}</text>`
        : '';
    return `<g><title>${told}</title>${parts.join('')}${label}</g>`;
  });
  const lines = [0, top / 2, top].map(
    (value) =>
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text x="${margin.left - 6}" y="${fixed(y(value) + 4)}" text-anchor="end">${value}</text>`,
  );
  return `<svg class="trend" viewBox="0 0 ${width} ${height}" role="img" aria-label="Open findings of the last ${last.length} runs">${lines.join('')}${bars.join('')}</svg>`;
}

/** The next even number with one or two significant digits, so that its half is a whole number too. */
function niceTop(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1) * 2;
  return Math.ceil(value / step) * step;
}

const fixed = (value: number) => String(Math.round(value * 10) / 10);
