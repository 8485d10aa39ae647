import './node-version.mjs';
import './closed-pipe.mjs';
import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asksForHelp, helpOfScript } from './commands.mjs';

/**
 * The first import of each script that a person or a hook may start without npm. `--help` gives the same text as that
 * of its command.
 */
const [, started, ...args] = process.argv;
const root = fileURLToPath(new URL('..', import.meta.url));
const script = started && relative(root, realpathSync(started)).replaceAll('\\', '/');
const help = asksForHelp(args) && helpOfScript(script);
if (help) {
  console.log(help);
  process.exit(0);
}
