import './node-version.mjs';
import './closed-pipe.mjs';
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/**
 * What `npm run NAME` runs. It checks the version of Node.js, answers `--help`, builds when the sources have changed,
 * and then runs the command. A program runs in this process, so that Ctrl-C reaches it. What the build says goes to
 * standard error, so that `npm run -s NAME -- --json` prints only JSON.
 */
const { root, isUpToDate } = await import('./build/build-record.mjs');
const { asksForHelp, commands, helpOf, helpOfAll } = await import('./commands.mjs');

const [name, ...args] = process.argv.slice(2);
if (asksForHelp([name])) {
  console.log(helpOfAll());
  process.exit(0);
}
const command = commands[name];
if (!command) {
  console.error(`There is no command ${name ?? ''}. The commands are: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
if (asksForHelp(args)) {
  console.log(helpOf(name));
  process.exit(0);
}
if (command.isBuilt && !isUpToDate(`${root}dist`)) stepOf(['scripts/build/build.mjs'], 2);
for (const step of command.steps ?? []) stepOf([...step, ...(step === command.steps.at(-1) ? args : [])]);
if (command.program) {
  process.argv = [process.argv[0], root + command.program, ...args];
  await import(pathToFileURL(root + command.program).href);
}

/** Runs a script or a tool of node_modules; ends this process when it fails. */
function stepOf([script, ...given], output = 1) {
  const { status, signal } = spawnSync(process.execPath, [root + script, ...given], {
    stdio: ['inherit', output, 2],
  });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}
