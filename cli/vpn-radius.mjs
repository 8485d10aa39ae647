#!/usr/bin/env node
import '../scripts/node-version.mjs';
import '../scripts/closed-pipe.mjs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isUpToDate, root } from '../scripts/build/build-record.mjs';

/**
 * The command `vpn-radius`: builds when the sources have changed, and then runs. What the build says goes to standard
 * error.
 */
if (!isUpToDate(`${root}dist`)) {
  const build = fileURLToPath(new URL('../scripts/build/build.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [build], { stdio: ['ignore', 2, 2] });
  // 2: it could not be called at all.
  if (status !== 0) process.exit(2);
}
await import('../dist/cli/main.js');
