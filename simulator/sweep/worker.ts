import './patience.ts';
import { writesSoFar } from './kill-at-write.ts';
import { type Job, type Played, playFlow } from './play.ts';

export type Outcome = Played & { readonly writes: number };

process.on('message', async (job: Job) => {
  const outcome: Outcome = { ...(await playFlow(job)), writes: writesSoFar() };
  process.send!(outcome);
});
process.on('disconnect', () => process.exit());
process.send!('ready');
