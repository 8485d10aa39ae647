import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands, helpOf, helpOfAll, helpOfScript, otherScripts } from '../../scripts/commands.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const run = (args: readonly string[], nodeArgs: readonly string[] = []) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeArgs, `${root}scripts/run.mjs`, ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
};

describe('The commands of package.json', () => {
  it('all go one way', () => {
    expect(Object.keys(scripts).toSorted()).toEqual(Object.keys(commands).toSorted());
    for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`node scripts/run.mjs ${name}`);
  });

  it.each(Object.entries(commands))('%s names programs that exist', (_, { program, steps = [] }) => {
    for (const file of [...(program ? [program] : []), ...steps.map(([script]) => script!)])
      expect(existsSync(root + file), file).toBe(true);
  });

  it('answer --help, build nothing for it, and hand it over behind a --', () => {
    expect(run(['demo', '--help'])).toEqual({ status: 0, stdout: `${helpOf('demo')}\n`, stderr: '' });
    for (const name of Object.keys(commands))
      expect(helpOf(name)).toContain(`npm ${/^(test|start)$/.test(name) ? '' : 'run '}${name}`);
  });

  // Each program reads its own options. The help must name them all.
  it.each([
    ['demo', 'simulator/demo/options.ts'],
    ['start', 'simulator/local/start.ts'],
    ['host', 'simulator/local/host.ts'],
    ['simulator', 'simulator/azure/main.ts'],
    ['rehearse', 'simulator/rehearsal/main.ts'],
    ['fuzz', 'simulator/fuzz/main.ts'],
    ['package', 'scripts/package/package.mjs'],
    ['preflight', 'scripts/preflight.mjs'],
    ['conformance', 'scripts/conformance.mjs'],
    ['register-app', 'scripts/entra/register-app.mjs'],
    ['mutate', 'scripts/mutate.mjs'],
    ['infra/subscribe-events.mjs', 'infra/subscribe-events.mjs'],
  ] as const)('the help of %s names the options that it takes', (name, file) => {
    const read = [...readFileSync(root + file, 'utf8').matchAll(/(\w+): \{ type: '(?:string|boolean)'/g)];
    const taken = read.map(([, option]) => `--${option}`).filter((option) => option !== '--help');
    const told = Object.keys((commands[name] ?? otherScripts[name])!.options ?? {}).flatMap(
      (option) => /^--\w+/.exec(option) ?? [],
    );
    expect(told.toSorted()).toEqual(taken.toSorted());
  });

  it.each(['demo', 'check'])('%s says which Node.js it needs when it is too old', (name) => {
    const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"18.20.8"}})';
    const { status, stderr } = run([name], ['--import', old]);
    expect(status).toBe(1);
    expect(stderr).toContain(`needs Node.js ${engines.node.replace('>=', '')} or later. This is 18.20.8`);
  });

  it('are listed by run.mjs --help', () => {
    expect(run(['--help'])).toEqual({ status: 0, stdout: `${helpOfAll()}\n`, stderr: '' });
    for (const name of Object.keys(commands)) expect(helpOfAll()).toMatch(new RegExp(`^npm.* ${name} `, 'm'));
  });

  it('are named when one is not known', () => {
    const { status, stderr } = run(['dmeo']);
    expect(status).toBe(2);
    expect(stderr).toContain('The commands are: build, check,');
  });
});

describe('A script that is started without npm', () => {
  const below = (folder: string) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
  const all = [...below('scripts'), ...below('infra')].filter((file) => helpOfScript(file));

  it('belongs to a command, or is told beside the commands', () => {
    expect(all).toEqual(expect.arrayContaining(Object.keys(otherScripts)));
    for (const file of [...below('scripts'), ...below('infra')])
      if (/\bprocess\.argv\b|\bparseArgs\(/.test(readFileSync(root + file, 'utf8')))
        expect([...all, 'scripts/run.mjs', 'scripts/entry.mjs']).toContain(file);
  });

  it.each(all)('%s answers --help with the text of its command', (file) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [root + file, '--help'], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${helpOfScript(file)}\n`, stderr: '' });
  });
});
