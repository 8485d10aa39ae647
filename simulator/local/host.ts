import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pacedClock } from '../clock.ts';
import { wholeNumber } from '../command-line.ts';
import { startHost } from '../host/host.ts';
import { doorOf, functionKeyOf } from './door.ts';
import { untilStopped } from './until-stopped.ts';

const usage = 'npm run host [-- --port 7071 --state DIR]';
const appFile = fileURLToPath(new URL('../../functions/app.js', import.meta.url));

/**
 * `npm run host`: the local host alone, in real time, with the Azure that the settings name. Settings come from the
 * environment, and from `local.settings.json` for those that the environment does not have.
 */
try {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '7071' }, state: { type: 'string', default: '.state' } },
  });
  const functionKey = functionKeyOf(values.state);
  const host = await startHost({
    appFile,
    clock: pacedClock(new Date(), 1),
    port: wholeNumber('--port', values.port, 0, 65_535),
    stateDir: join(values.state, 'host'),
    functionKey,
    door: doorOf(functionKey),
    settings: withReportFolder(fromFile('local.settings.json'), join(values.state, 'reports')),
    onLog: ({ level, functionName, message }) => {
      if (level !== 'trace' && level !== 'debug') console.error(`${level} ${functionName ?? ''} ${message}`);
    },
  });
  console.log(JSON.stringify({ url: host.url, functions: host.functions.length, functionKey }));
  await untilStopped();
  await host.stop();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

function fromFile(file: string): Record<string, string> {
  if (!existsSync(file)) return {};
  const { Values = {} } = JSON.parse(readFileSync(file, 'utf8')) as { Values?: Record<string, string> };
  return Object.fromEntries(Object.entries(Values).filter(([name]) => process.env[name] === undefined));
}

/**
 * The storage account of `AzureWebJobsStorage` may be an emulator that does not run, so reports are kept in the state
 * folder too.
 */
function withReportFolder(settings: Record<string, string>, folder: string): Record<string, string> {
  const given = process.env.REPORT_FOLDER || settings.REPORT_FOLDER;
  return given ? settings : { ...settings, REPORT_FOLDER: folder };
}
