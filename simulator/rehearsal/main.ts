import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Case, parseCase } from './case.ts';
import { rehearse } from './rehearse.ts';

const usage = `npm run rehearse -- FILE [--json]
  FILE    the estate to begin with and what is done in it (simulator/scenarios/README.md)
  --json  one line of JSON a step`;

/**
 * `npm run rehearse`: plays a case on the simulated estate. The exit code is 0 when every step could be done, 1 when
 * one could not, 2 when the file is not valid.
 */
async function rehearseFile(): Promise<number> {
  let given: Case;
  let json = false;
  try {
    const { values, positionals } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    json = values.json;
    const [file] = positionals;
    if (!file || positionals.length > 1) throw new Error('Name one file.');
    given = caseFrom(file);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(usage);
    return 2;
  }
  const write = (text: string) => void process.stdout.write(text);
  return (await rehearse(given, { json, write })) ? 0 : 1;
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

process.exitCode = await rehearseFile().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
