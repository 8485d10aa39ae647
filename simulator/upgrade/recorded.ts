import type { HistoryEvent } from '../host/durable/history.ts';

/** The history of an instance, as the app of some version made it. */
export interface Recorded {
  readonly instanceId: string;
  readonly orchestration: string;
  readonly history: readonly HistoryEvent[];
}

/** One event on each line, after a first line that says whose events they are. */
export const linesOf = (all: readonly Recorded[]): string =>
  all
    .flatMap(({ history, ...instance }) => [instance, ...history])
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

export function recordedIn(text: string): Recorded[] {
  const instances: (Omit<Recorded, 'history'> & { history: HistoryEvent[] })[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const entry = JSON.parse(line) as HistoryEvent | Omit<Recorded, 'history'>;
    if ('orchestration' in entry) instances.push({ ...entry, history: [] });
    else instances.at(-1)!.history.push(entry);
  }
  return instances;
}
