import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FlowName } from './run/flows.ts';

/** What is known of points by their names: how many processes were killed in each, and in what it ended otherwise. */
export interface Result {
  readonly flow: FlowName;
  /** Several are those of one run. */
  readonly points: readonly string[];
  readonly killed: number;
  readonly differences: readonly string[];
}

export interface Results {
  /** Whether this point was played before and ended as the undisturbed flow. */
  isPassed(flow: FlowName, point: string): boolean;
  add(result: Result): void;
}

/** With a file, a sweep is played in several sittings. What failed is played again. */
export function resultsIn(file: string | undefined): Results {
  const passed = new Set<string>();
  const text = file && existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // What was cut off is played again, and nothing may be written behind it.
  if (file && whole !== text) writeFileSync(file, whole);
  for (const line of whole.split('\n').slice(0, -1)) {
    const { flow, points, differences } = JSON.parse(line) as Result;
    if (differences.length === 0) for (const point of points) passed.add(`${flow} ${point}`);
  }
  return {
    isPassed: (flow, point) => passed.has(`${flow} ${point}`),
    add(result) {
      if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
    },
  };
}
