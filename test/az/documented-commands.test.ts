import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../../simulator/azure/default-world.ts';
import { json } from '../../simulator/azure/wire/messages.ts';
import { cliVersion, needsCli, root, signedInCli } from './azure-cli.ts';

const pages = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** Each command of the Azure CLI in a block of code, as a shell would split it; with something in place of `<…>`. */
const documented = pages.flatMap((page) =>
  [...readFileSync(root + page, 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((line) => [...line.matchAll(/(?:^|&& |\$\()az ((?:"[^"]*"|[^|&#)"])+)/g)])
      .map(([, command]) => ({ page, command: command!.trim(), args: words(command!) })),
  ),
);

/** They wait for a person, or are for a later version of the CLI. */
const left = (command: string) => /^login\b/.test(command) || /\.bicepparam\b/.test(command);

const az = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'az'));
/** The Python that the CLI runs on; undefined when `az` is no Python program. */
const python = az.flatMap((file) => {
  try {
    return /^#!(\/\S*python\S*)/.exec(readFileSync(file, 'utf8').slice(0, 200))?.[1] ?? [];
  } catch {
    return [];
  }
})[0];

/** Runs all commands in one process, since the CLI takes a second to begin; tells how each ended, 2 when it is not understood. */
const program = `
import json, os, sys
from azure.cli.core import get_default_cli
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

const vault = `/subscriptions/${subscriptionId}/resourceGroups/rg-x/providers/Microsoft.KeyVault/vaults/x`;

describe.skipIf(!cliVersion || !python)(`Commands of the Azure CLI in the documents${needsCli}`, () => {
  let cli: Awaited<ReturnType<typeof signedInCli>>;
  beforeAll(async () => {
    cli = await signedInCli();
    // `keyvault recover` looks for the vault before it is understood.
    cli.answerFirst(({ url }) =>
      /\/deletedVaults\?/.test(url)
        ? json(200, {
            value: [
              { id: '/deletedVaults/x', name: 'x', properties: { vaultId: vault, location: 'westeurope' } },
            ],
          })
        : undefined,
    );
  });
  afterAll(() => cli?.close());

  it('are understood by the CLI', async () => {
    const asked = documented.filter(({ command }) => !left(command));
    expect(asked.length).toBeGreaterThan(12);
    const wrong = { page: '', command: 'group delete --nmae x', args: ['group', 'delete', '--nmae', 'x'] };
    const all = [...asked, wrong];
    const { stdout, stderr } = await cli.run(python!, [
      '-c',
      program,
      JSON.stringify(all.map(({ args }) => args)),
    ]);
    const ended = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]') as number[];
    expect(ended, stderr).toHaveLength(all.length);
    const notUnderstood = all.filter((_, index) => ended[index] === 2).map(({ command }) => command);
    expect(notUnderstood, stderr).toEqual([wrong.command]);
  });
});

function words(command: string): string[] {
  return [...command.replace(/<[^>]*>|\$\w+|…/g, 'x').matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain!,
  );
}
