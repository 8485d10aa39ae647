import { startLocal } from '../local/local.ts';
import type { Case } from './case.ts';
import { play } from './play.ts';
import { jsonLines, tellSteps } from './telling.ts';

export interface RehearsalOptions {
  /** One line of JSON for each step, instead of sentences. */
  readonly json: boolean;
  readonly write: (text: string) => void;
  /** The app's entry file as built. If not given: the one beside this simulator. */
  readonly appFile?: string;
}

/** Plays a case in its own world, which begins as the case says. True when each step could be done. */
export async function rehearse(given: Case, { json, write, appFile }: RehearsalOptions): Promise<boolean> {
  const log: string[] = [];
  const local = await startLocal({
    seed: 'rehearsal',
    start: given.start,
    scenario: given.scenario,
    npsStates: given.npsStates,
    npsEngine: 'memory',
    settings: given.settings,
    events: given.events,
    ...(appFile && { appFile }),
    onLog: ({ level, functionName, message }) => {
      if (level === 'error' || level === 'warning') log.push(`${level} ${functionName ?? ''} ${message}`);
    },
  });
  try {
    const listener = json ? jsonLines(write) : tellSteps(write, () => local.clock.now());
    if (!json && given.name) write(`${given.name}\n`);
    return await play(local, given, log, listener);
  } finally {
    await local.close();
  }
}
