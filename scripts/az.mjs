import { spawnSync } from 'node:child_process';

/** Runs the Azure CLI with the sign-in of the caller, and reads its JSON. Throws what the CLI says when it refuses. */
export function az(...args) {
  const isWindows = process.platform === 'win32';
  const [command, given] = isWindows
    ? [process.env.ComSpec ?? 'cmd.exe', commandLine(['az', ...args, '--output', 'json'])]
    : ['az', [...args, '--output', 'json']];
  const { status, stdout, stderr, error } = spawnSync(command, given, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    windowsVerbatimArguments: isWindows,
  });
  if (error) throw new Error(`The Azure CLI (az) cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`az ${args.slice(0, 3).join(' ')} failed:\n${stderr.trim()}`);
  return JSON.parse(stdout || 'null');
}

/** On Windows az is a .cmd file, which only cmd runs. Each argument is in quotes, so that a path may have spaces. */
export function commandLine(args) {
  return ['/d', '/s', '/c', `"${args.map((one) => `"${one.replaceAll('"', '""')}"`).join(' ')}"`];
}
