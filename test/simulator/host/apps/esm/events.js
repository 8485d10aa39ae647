import { app } from '@azure/functions';
import { seen } from './seen.js';

app.eventGrid('onEvent', {
  handler: (event) => {
    if (event.subject === 'poison') throw new Error('cannot handle this');
    seen.push(event);
  },
});

app.timer('everyQuarter', { schedule: '0 */15 * * * *', handler: (timer) => void seen.push(timer) });
app.timer('bySetting', {
  schedule: '%NIGHTLY%',
  handler: (timer) => void seen.push({ nightly: timer.isPastDue }),
});
app.timer('atStart', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: () => void seen.push('started up'),
});
