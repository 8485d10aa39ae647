import './patience.ts';
import { type Job, playFlow } from './play.ts';

process.on('message', async (job: Job) => {
  process.send!(await playFlow(job));
});
process.on('disconnect', () => process.exit());
process.send!('ready');
