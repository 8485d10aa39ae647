import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

rmSync(`${root}dist`, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, '-p', `${root}tsconfig.build.json`], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

/**
 * `dist/functions` holds the app as a bundle with its packages in it, in place of what the compiler made of its modules: a
 * start reads a few files instead of thousands, and nothing has to be installed beside them. `@azure/functions-core` is no
 * package: the Functions host's worker answers the `require` of it. Nothing is minified, which would not start faster and
 * would say less in a stack trace. Parts of the bundle stand side by side because `shared/nps/script.ts` and
 * `shared/core/version.ts` find their files from where they stand themselves.
 */
rmSync(`${root}dist/functions`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['functions/app.ts'],
  outdir: 'dist/functions',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['@azure/functions-core'],
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
  // Some of the packages are CommonJS and ask for built-in modules when they are loaded.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
});

for (const file of ['index.html', 'page.css', 'page.js'])
  cpSync(`${root}portal/${file}`, `${root}dist/portal/${file}`);
// The app sends the PowerShell module to NPS servers, so it stands beside the code that reads it.
cpSync(`${root}nps`, `${root}dist/nps`, { recursive: true });
