import { appendFileSync, existsSync, readFileSync } from 'node:fs';
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
  const lines = file && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  // A line that was cut off is played again.
  for (const line of lines.slice(0, -1)) {
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
