import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let copy: string;
const sources = ['functions', 'shared', 'simulator', 'bench', 'portal', 'nps', 'scripts', 'dist'];
const others = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'host.json',
  'LICENSE',
];
beforeAll(() => {
  copy = mkdtempSync(`${tmpdir()}/vpn-radius-build-`);
  for (const name of [...sources, ...others]) cpSync(root + name, `${copy}/${name}`, { recursive: true });
  symlinkSync(`${root}node_modules`, `${copy}/node_modules`);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const buildInCopy = () => spawnSync(process.execPath, [`${copy}/scripts/build.mjs`], { encoding: 'utf8' });
const isUpToDate = () =>
  spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { isUpToDate } from '${copy}/scripts/build-record.mjs'; process.exit(isUpToDate('${copy}/dist') ? 0 : 1)`,
  ]).status === 0;

it('a build takes nothing away from a process that runs from dist', async () => {
  expect(isUpToDate()).toBe(true);
  const parts = readdirSync(`${copy}/dist/functions`).filter((name) => /^connection.*\.js$|chunk/.test(name));
  // Looks for what the running app would load next, all the time while a build is made of changed sources.
  const watch = spawn(
    process.execPath,
    [
      '--eval',
      `const { existsSync } = require('node:fs');
       const files = ${JSON.stringify(['functions/app.js', 'portal/index.html', ...parts.map((part) => `functions/${part}`)])}.map((file) => '${copy}/dist/' + file);
       let looks = 0, missed = 0;
       const look = () => { looks++; if (!files.every((file) => existsSync(file))) missed++; };
       const timer = setInterval(look, 2);
       process.stdin.on('data', () => { clearInterval(timer); look(); console.log(JSON.stringify({ looks, missed })); process.exit(); });
       console.log('ready');`,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let told = '';
  watch.stdout.on('data', (data) => {
    told += data;
  });
  await new Promise((resolve) => watch.stdout.once('data', resolve));
  writeFileSync(
    `${copy}/shared/core/version.ts`,
    `${readFileSync(`${copy}/shared/core/version.ts`, 'utf8')}\nexport const changed: string = 'changed';\n`,
  );
  writeFileSync(
    `${copy}/functions/app.ts`,
    `${readFileSync(`${copy}/functions/app.ts`, 'utf8')}\nimport { changed } from '../shared/core/version.ts';\nconsole.debug(changed);\n`,
  );
  expect(isUpToDate()).toBe(false);
  const { status, stdout } = buildInCopy();
  expect(status, stdout).toBe(0);
  const ended = new Promise((resolve) => watch.once('close', resolve));
  watch.stdin.write('end\n');
  await ended;
  const { looks, missed } = JSON.parse(told.trim().split('\n').at(-1)!) as { looks: number; missed: number };
  expect(looks).toBeGreaterThan(10);
  // Between two renames there is a moment without; a build that empties the folder leaves thousands.
  expect(missed).toBeLessThanOrEqual(1);
  expect(isUpToDate()).toBe(true);
  expect(readdirSync(copy).filter((name) => name.startsWith('.build-'))).toEqual([]);
});

it('a build that fails leaves the one before', () => {
  writeFileSync(`${copy}/shared/core/broken.ts`, 'export const broken: number = "no number";\n');
  const { status, stdout } = buildInCopy();
  expect(status).not.toBe(0);
  expect(stdout).toContain('broken.ts');
  expect(existsSync(`${copy}/dist/functions/app.js`)).toBe(true);
  expect(isUpToDate()).toBe(false);
  expect(readdirSync(copy).filter((name) => name.startsWith('.build-'))).toEqual([]);
});
