import fc from 'fast-check';
import type { Fuzzed } from '../fuzz.ts';
import { type Estate, estate } from './estate.ts';
import { foreignOn } from './foreign.ts';
import { broken, brokenAtTheEnd } from './holds.ts';
import { deployHub, moves } from './moves.ts';

export interface StoryOptions {
  readonly seed: number;
  /** How many stories. */
  readonly runs: number;
  /** Moves of a story, at most. */
  readonly moves: number;
}

const servers = ['nps-01', 'nps-02'];
const onServers = (of: Estate) => new Map(servers.map((name) => [name, foreignOn(of, name)]));

/** Plays what people may do, in any order, on one estate after the other; what must hold is looked at after every move. */
export async function playStories({ seed, runs, moves: most }: StoryOptions): Promise<Fuzzed> {
  const answers: Record<string, number> = {};
  const commands = moves.map(([name, move]) => ({
    check: () => true,
    toString: () => name,
    async run({ ended }: { ended: string[] }, of: Estate) {
      const before = onServers(of);
      const answer = String((await move(of)) ?? 'done');
      await of.local.host.settled();
      ended.push(name);
      answers[answer] = (answers[answer] ?? 0) + 1;
      // What others themselves have changed on NPS is theirs.
      const fault = broken(of, name.startsWith('somebody') ? onServers(of) : before);
      if (fault) throw new Error(fault);
    },
  }));
  const story = fc.asyncProperty(
    fc.boolean(),
    fc.commands([commands], { maxCommands: most, size: 'max' }),
    async (beginsWithGateway, told) => {
      const of = await estate();
      try {
        if (beginsWithGateway) await deployHub(of);
        await fc.asyncModelRun(() => ({ model: { ended: [] as string[] }, real: of }), told);
        const before = onServers(of);
        await untilAllHasEnded(of);
        const fault = broken(of, before) ?? (await brokenAtTheEnd(of));
        if (fault) throw new Error(fault);
      } finally {
        await of.local.close();
      }
    },
  );
  const { numRuns, counterexample, counterexamplePath, errorInstance } = await fc.check(story, {
    seed,
    numRuns: runs,
  });
  return {
    what: 'stories',
    mode: 'key',
    runs: numRuns,
    answers,
    ...(errorInstance instanceof Error && {
      fault: errorInstance.message,
      input: {
        beginsWithGateway: counterexample?.[0],
        story: String(counterexample?.[1]),
        path: counterexamplePath,
      },
    }),
  };
}

/** What waits for somebody is canceled; everything else comes to its end. */
async function untilAllHasEnded({ local, call }: Estate): Promise<void> {
  for (let round = 0; round < 4; round++) {
    const { deployments } = (await call('GET', 'deployments?status=AwaitingApproval')).body;
    for (const { id } of deployments as { id: string }[])
      await call('POST', `deployments/${id}/cancel`, { by: 'Jonas' });
    await local.host.runFor(150);
  }
  await local.host.settled();
}
