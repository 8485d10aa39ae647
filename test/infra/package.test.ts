import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { startLocal } from '../../simulator/local/local.ts';
import { root } from './bicep.ts';

const folder = mkdtempSync(`${tmpdir()}/package-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
const isCheckout = git('rev-parse', '--is-inside-work-tree').status === 0;

describe('What is deployed', () => {
  it('runs without any package beside it', async () => {
    for (const name of ['host.json', 'package.json', 'dist'])
      cpSync(`${root}${name}`, `${folder}/${name}`, {
        recursive: true,
        filter: (source) => !/\/dist\/(simulator|bench)$/.test(source),
      });
    const local = await startLocal({ seed: 'package', appFile: `${folder}/dist/functions/app.js` });
    try {
      expect(local.host.functions.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['receiveTicket', 'vnetCreated', 'gatewayWritten']),
      );
      expect((await local.host.fetch('/api/health')).status).toBe(200);
    } finally {
      await local.close();
    }
  });

  const elsewhere = isCheckout ? '' : ' (skipped: this is no git checkout)';
  it.skipIf(!isCheckout)(`holds nothing but that when Core Tools publish it${elsewhere}`, () => {
    const ignored = git('ls-files', '--cached', '--ignored', '--exclude-from=.funcignore').stdout.split('\n');
    const all = git('ls-files', '--cached').stdout.split('\n');
    expect(all.filter((file) => file !== '' && !ignored.includes(file))).toEqual([
      'LICENSE',
      'host.json',
      'package.json',
    ]);
  });
});
