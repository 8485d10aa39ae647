import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { cliVersion, isBefore247, needsCli, root } from './azure-cli.ts';

const pages = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const looks = readdirSync(`${root}scripts/preflight`).map((name) => `scripts/preflight/${name}`);

/** Each line of the blocks of code in a page, and each piece of code in its sentences that has an option. */
function shown(page: string): string[] {
  const text = readFileSync(root + page, 'utf8');
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!.replaceAll('\\\n', ' ').split('\n'),
  );
  const pieces = [...text.matchAll(/`(az [^`\n]* --[^`\n]*)`/g)].map(([, piece]) => piece!);
  return [...blocks, ...pieces];
}

/** What npm run preflight advises, as it stands in its source, with something in place of each value. */
const advised = (file: string) =>
  [...readFileSync(root + file, 'utf8').matchAll(/(['`])(az (?:\\.|(?!\1).)*)\1/g)].map(([, , command]) =>
    command!.replace(/\$\{[^{}]*\}/g, 'x').replaceAll("\\'", "'"),
  );

const documented = [...pages.flatMap(shown), ...looks.flatMap(advised)]
  .flatMap((line) => [...line.matchAll(/(?:^|&& |\$\()az ((?:"[^"]*"|[^|&#)"])+)/g)])
  .map(([, command]) => ({ command: command!.trim(), args: words(command!) }));

/** For a version of the CLI later than 2.45. */
const later = /\.bicepparam\b|^keyvault check-name|^functionapp list-flexconsumption-locations/;

const az = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'az'));
/** The Python that the CLI runs on; undefined when `az` is no Python program. */
const python = az.flatMap((file) => {
  try {
    return /^#!(\/\S*python\S*)/.exec(readFileSync(file, 'utf8').slice(0, 200))?.[1] ?? [];
  } catch {
    return [];
  }
})[0];

/**
 * Lets the CLI read all commands in one process, since it takes a second to begin, and carry out none. Tells how each
 * ended: 2 when it is not understood.
 */
const program = `
import json, os, sys
from azure.cli.core import get_default_cli
from azure.cli.core.commands import AzCliCommandInvoker
AzCliCommandInvoker._run_jobs_serially = lambda self, jobs, ids: []
ended = []
for args in json.loads(sys.argv[1]):
    try:
        ended.append(get_default_cli().invoke(args, out_file=open(os.devnull, 'w')))
    except SystemExit as exit:
        ended.append(exit.code)
    except Exception:
        ended.append(1)
print(json.dumps(ended))
`;

describe.skipIf(!cliVersion || !python)(`Commands of the Azure CLI in the documents${needsCli}`, () => {
  it('are understood by the CLI', () => {
    const asked = documented.filter(({ command }) => !(isBefore247 && later.test(command)));
    expect(asked.length).toBeGreaterThan(35);
    const wrong = { command: 'group delete --nmae x', args: ['group', 'delete', '--nmae', 'x'] };
    const all = [...asked, wrong];
    const { folder, remove } = temporaryFolder('azure-cli-');
    try {
      // Nobody is signed in: whether a command is understood is said before that.
      const { stdout, stderr } = spawnSync(
        python!,
        ['-c', program, JSON.stringify(all.map(({ args }) => args))],
        {
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            HOME: folder,
            AZURE_CONFIG_DIR: folder,
            AZURE_CORE_COLLECT_TELEMETRY: 'false',
          },
        },
      );
      const ended = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as number[];
      expect(ended, stderr).toHaveLength(all.length);
      const notUnderstood = all.filter((_, index) => ended[index] === 2).map(({ command }) => command);
      expect(notUnderstood, stderr).toEqual([wrong.command]);
    } finally {
      remove();
    }
  });
});

function words(command: string): string[] {
  return [...command.replace(/<[^>]*>|\$\w+|…/g, 'x').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain!,
  );
}
