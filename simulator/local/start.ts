import { parseArgs } from 'node:util';
import { portal } from '../../portal/portal.ts';
import { hubNetworkId } from '../azure/default-world.ts';
import { startLocal } from './local.ts';
import { untilStopped, wholeNumber } from './process.ts';

const usage = 'npm start [-- --port 7071 --pace 60 --state DIR]';

/** `npm start`: the app on the simulated host, with the portal and the simulated world, until it is stopped. */
try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7071' },
      pace: { type: 'string', default: '60' },
      state: { type: 'string' },
    },
  });
  const local = await startLocal({
    port: wholeNumber('--port', values.port, 0, 65_535),
    pace: wholeNumber('--pace', values.pace, 1, 100_000),
    stateDir: values.state,
    npsEngine: 'auto',
    otherwise: portal,
    onLog: ({ level, functionName, message }) => {
      if (level === 'error' || level === 'warning')
        console.error(`${level} ${functionName ?? ''} ${message}`);
    },
  });
  console.log(
    `Portal and API  ${local.host.url}   (a simulated minute passes in ${60 / Number(values.pace)} s)`,
  );
  console.log('Try a ticket:');
  console.log(
    `  curl -s ${local.host.url}/api/tickets -d '${JSON.stringify({ ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId: hubNetworkId })}'`,
  );
  console.log(`  curl -s ${local.host.url}/api/deployments`);
  await untilStopped();
  await local.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}
