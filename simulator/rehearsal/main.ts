import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startLocal } from '../local/local.ts';
import { type Case, parseCase } from './case.ts';
import { play } from './play.ts';
import { jsonLines, told } from './telling.ts';

const usage = `npm run rehearse -- FILE [--json]
  FILE    the estate to begin with and what is done in it (simulator/scenarios/README.md)
  --json  one line of JSON a step`;

/** `npm run rehearse`: plays a case on the simulated estate; 0 when every step could be done, 2 when the file is not valid. */
async function main(): Promise<number> {
  let given: Case;
  let json = false;
  try {
    const { values, positionals } = parseArgs({
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    json = values.json;
    const [file] = positionals;
    if (!file || positionals.length > 1) throw new Error('Name one file.');
    given = caseFrom(file);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    return 2;
  }
  return (await rehearse(given, json)) ? 0 : 1;
}

function caseFrom(file: string): Case {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return parseCase(content);
  } catch (error) {
    throw new Error(`${file} is not a case:\n${error instanceof Error ? error.message : error}`);
  }
}

async function rehearse(given: Case, json: boolean): Promise<boolean> {
  const log: string[] = [];
  const local = await startLocal({
    seed: 'rehearsal',
    start: given.start,
    scenario: given.scenario,
    npsStates: given.npsStates,
    npsEngine: 'memory',
    settings: given.settings,
    events: given.events,
    onLog: ({ level, functionName, message }) => {
      if (level === 'error' || level === 'warning') log.push(`${level} ${functionName ?? ''} ${message}`);
    },
  });
  try {
    const write = (line: string) => void process.stdout.write(line);
    const listener = json ? jsonLines(write) : told(write, () => local.clock.now());
    if (!json && given.name) write(`${given.name}\n`);
    return await play(local, given, log, listener);
  } finally {
    await local.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
