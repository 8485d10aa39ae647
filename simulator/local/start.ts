import { parseArgs } from 'node:util';
import { hubNetworkId } from '../azure/default-world.ts';
import { dateOf, scenarioIn, wholeNumber } from '../command-line.ts';
import { doorOf, functionKeyOf } from './door.ts';
import { startLocal } from './local.ts';
import { offerEach, radiusPlace } from './radius-offer.ts';
import { untilStopped } from './until-stopped.ts';

const usage = `npm start [-- options]
  --port N              of the page and the API (7071)
  --pace N              simulated seconds a second (60)
  --state DIR           keep everything there, and carry on from there
  --scenario FILE       the world to begin with (simulator/scenarios/README.md)
  --date TIME           when simulated time begins, such as 2027-03-01T08:00:00Z (now)
  --radius ADDRESS:PORT the NPS server nps-01 answers RADIUS there as well, by the true address of who asks;
                        NAME=ADDRESS:PORT for another server, and as often as there are servers`;

/** `npm start`: the app on the simulated host, with its page and the simulated world, until it is stopped. */
try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7071' },
      pace: { type: 'string', default: '60' },
      state: { type: 'string' },
      scenario: { type: 'string' },
      date: { type: 'string' },
      radius: { type: 'string', multiple: true, default: [] },
    },
  });
  const start = dateOf('--date', values.date);
  const scenario = values.scenario === undefined ? undefined : scenarioIn(values.scenario);
  const places = values.radius.map(radiusPlace);
  const functionKey = functionKeyOf(values.state);
  const local = await startLocal({
    port: wholeNumber('--port', values.port, 0, 65_535),
    pace: wholeNumber('--pace', values.pace, 1, 100_000),
    stateDir: values.state,
    npsEngine: 'auto',
    otherwise: toThePage,
    functionKey,
    door: doorOf(functionKey),
    ...(start && { start }),
    ...(scenario && { scenario }),
    onLog: ({ level, functionName, message }) => {
      if (level === 'error' || level === 'warning')
        console.error(`${level} ${functionName ?? ''} ${message}`);
    },
  });
  try {
    console.log(
      `Page and API    ${local.host.url}/api/portal   (one simulated minute takes ${60 / Number(values.pace)} s)`,
    );
    const say = (line: string) => console.log(line);
    const stopRadius = await offerEach(local.world.machines, places, local.clock, say);
    console.log(
      `Function key    ${functionKey}   (the page needs none here; programs send it as x-functions-key)`,
    );
    console.log('Try a ticket:');
    console.log(
      `  curl -s ${local.host.url}/api/tickets -H 'x-functions-key: ${functionKey}' -H 'content-type: application/json' -d '${JSON.stringify({ ticket: { system: 'webhook', id: 'REQ1' }, virtualNetworkId: hubNetworkId })}'`,
    );
    console.log(`  curl -s ${local.host.url}/api/deployments -H 'x-functions-key: ${functionKey}'`);
    await untilStopped();
    await stopRadius();
  } finally {
    await local.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

/** The page that Azure serves is served here by the app too. */
function toThePage({ url }: Request): Response | undefined {
  return new URL(url).pathname === '/' ? Response.redirect(new URL('/api/portal', url), 302) : undefined;
}
