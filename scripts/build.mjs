import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
// The app sends the PowerShell module to NPS servers, so it stands beside the code that reads it.
for (const file of ['index.html', 'page.css', 'page.js'])
  cpSync(`${root}portal/${file}`, `${root}dist/portal/${file}`);
cpSync(`${root}nps`, `${root}dist/nps`, { recursive: true });
