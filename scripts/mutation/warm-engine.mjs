import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A PowerShell engine that stays, because its start takes longer than most of what it is asked. One that does not answer
 * in time is ended; the next request starts another.
 */
export function warmEngine(program, script, nps) {
  let child;
  let waiting;
  const start = () => {
    child = spawn(program, ['-NoProfile', '-NonInteractive', '-File', script, nps], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, DOTNET_TieredPGO: '0', DOTNET_GCgen0size: '0x4000000' },
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) waiting?.(line);
    });
    child.on('exit', () => waiting?.('{"failed":"the engine has ended"}'));
  };
  const end = () => {
    const ending = child;
    child = undefined;
    ending?.kill('SIGKILL');
  };
  return {
    end,
    get isRunning() {
      return child !== undefined;
    },
    /** The answer, or `{ late: true }`. */
    ask(request, milliseconds = 300_000) {
      if (!child) start();
      return new Promise((resolve) => {
        const late = setTimeout(() => {
          waiting = undefined;
          end();
          resolve({ late: true });
        }, milliseconds);
        waiting = (line) => {
          waiting = undefined;
          clearTimeout(late);
          resolve(JSON.parse(line));
        };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
    },
  };
}
