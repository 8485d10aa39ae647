import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A PowerShell engine that stays, because its start takes longer than most of what it is asked. One that does not answer
 * in time is ended; the next request starts another.
 */
export function warmEngine(program, script, nps) {
  let child;
  let waiting;
  let broken;
  const start = () => {
    const started = spawn(program, ['-NoProfile', '-NonInteractive', '-File', script, nps], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, DOTNET_TieredPGO: '0', DOTNET_GCgen0size: '0x4000000' },
      detached: true,
    });
    child = started;
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (line.startsWith('{')) waiting?.(line);
    });
    started.on('exit', () => {
      if (child === started) broken?.(new Error('The PowerShell engine has ended by itself'));
    });
  };
  const end = () => {
    const ending = child;
    child = undefined;
    if (!ending?.pid) return;
    // With all that it started: the tool that .NET installs is only a launcher, and a mutant may run for ever.
    try {
      process.kill(-ending.pid, 'SIGKILL');
    } catch {
      ending.kill('SIGKILL');
    }
  };
  return {
    end,
    /** The answer, or `{ late: true }`. */
    ask(request, milliseconds = 300_000) {
      if (!child) start();
      return new Promise((resolve, reject) => {
        broken = reject;
        const late = setTimeout(() => {
          waiting = broken = undefined;
          end();
          resolve({ late: true });
        }, milliseconds);
        waiting = (line) => {
          waiting = broken = undefined;
          clearTimeout(late);
          resolve(JSON.parse(line));
        };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
    },
  };
}
