import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../infra/bicep.ts';

/** The files of the bundle that a start reads: the entry file, and what it imports without waiting. */
function loadedAtStart(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)";$/gm))
    loadedAtStart(join(dirname(file), path!), known);
  return known;
}

it('a start loads no telemetry: that comes when there is somewhere to send it', () => {
  const bundle = `${root}dist/functions/`;
  const files = [...loadedAtStart(`${bundle}app.js`)];
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  expect(files.length).toBeGreaterThan(1);
  expect(text).toContain('receiveTicket');
  expect(text).not.toMatch(/class AzureMonitorTraceExporter|class MeterProvider|class NodeTracerProvider/);
  expect(text).toMatch(/import\("\.\/azure-monitor-[^"]+"\)/);
});
