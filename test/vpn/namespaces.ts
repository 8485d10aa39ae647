import { type ChildProcess, execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * A network namespace without a name: it lives as long as the process that holds it, and that one dies with this process, so
 * that nothing is left behind whatever happens here, and runs side by side do not meet.
 */
export interface Namespace {
  /** Of the process that holds it. */
  readonly pid: number;
  /** Runs a program in it, to its end; what it printed. Throws when it fails. */
  run(program: string, ...args: readonly string[]): string;
  /** Starts a program in it. `setup`: shell commands before, in a mount namespace of its own. */
  start(
    program: string,
    args: readonly string[],
    options?: { setup?: string; env?: NodeJS.ProcessEnv },
  ): ChildProcess;
  close(): Promise<void>;
}

/** Processes that end when this one does, however it ends. */
const mortal = ['setpriv', '--pdeathsig', 'KILL'];

export async function namespace(): Promise<Namespace> {
  const [program = '', ...args] = [...mortal, 'unshare', '--net', 'sleep', 'infinity'];
  const holder = spawn(program, args, { stdio: 'ignore' });
  const pid = holder.pid!;
  const started: ChildProcess[] = [];
  const inside = ['--target', `${pid}`, '--net'];
  const own = execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' });
  while (execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }) === own) await setTimeout(5);
  const run = (command: string, ...rest: readonly string[]) =>
    execFileSync('nsenter', [...inside, command, ...rest], { encoding: 'utf8', stdio: 'pipe' });
  run('ip', 'link', 'set', 'lo', 'up');
  return {
    pid,
    run,
    start(command, rest, { setup = '', env = {} } = {}) {
      const shell = `${setup}\nexec "$@"`;
      // A process namespace of its own takes along whatever the program has started besides.
      const apart = ['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL'];
      const child = spawn(
        'nsenter',
        [...inside, ...mortal, ...apart, 'sh', '-ec', shell, 'sh', command, ...rest],
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
      );
      started.push(child);
      return child;
    },
    async close() {
      await Promise.all([...started, holder].map(ended));
    },
  };
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A cable between two namespaces: the name of its end in each. */
export function connect(one: Namespace, oneEnd: string, other: Namespace, otherEnd: string): void {
  one.run('ip', 'link', 'add', oneEnd, 'type', 'veth', 'peer', 'name', otherEnd, 'netns', `${other.pid}`);
  one.run('ip', 'link', 'set', oneEnd, 'up');
  other.run('ip', 'link', 'set', otherEnd, 'up');
}

/** UDP sockets on an address of a namespace, which this process reads and writes. */
export async function socketsIn(
  { pid }: Namespace,
  address: string,
  ports: readonly number[],
): Promise<Socket[]> {
  const script = fileURLToPath(new URL('bound-sockets.mjs', import.meta.url));
  const child = fork(script, [address, ...ports.map(String)], {
    execPath: 'nsenter',
    execArgv: ['--target', `${pid}`, '--net', process.execPath],
  });
  const sockets: Socket[] = [];
  child.on('message', (_, socket) => sockets.push(socket as Socket));
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0 || sockets.length < ports.length)
    throw new Error(`${address} could not be bound in the namespace.`);
  return sockets;
}

/** What this machine lacks to run foreign VPN clients in namespaces. Empty: nothing. `files`: one of each package. */
export function lacking(files: Readonly<Record<string, string>>): string[] {
  const opens = (path: string, flags: string) => {
    try {
      closeSync(openSync(path, flags));
      return true;
    } catch {
      return false;
    }
  };
  // Root in a container may not make namespaces, or open the device.
  const apart = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true']).status === 0;
  return [
    ...(apart ? [] : ['right to make namespaces (root has it)']),
    ...(opens('/dev/net/tun', 'r+') ? [] : ['/dev/net/tun']),
    ...Object.entries({ iproute2: '/sbin/ip', ...files }).flatMap(([name, path]) =>
      opens(path, 'r') ? [] : [name],
    ),
  ];
}
