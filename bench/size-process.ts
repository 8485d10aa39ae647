import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figures.ts';

/** The figures of each size, measured by `program` in a process of its own. There, the program calls `sendFigures`. */
export async function* figuresOfSizes(
  program: string,
  sizes: readonly number[],
  execArgv: string[],
): AsyncGenerator<Figure> {
  for (const size of sizes) {
    const child = fork(fileURLToPath(program), [String(size)], { execArgv });
    const [measured] = (await once(child, 'message')) as [readonly Figure[]];
    await once(child, 'exit');
    yield* measured;
  }
}

/** Measures the size that this process was started for. Does nothing when the program was only imported. */
export async function sendFigures(program: string, measure: (size: number) => Promise<Figure[]>) {
  const [, started, size] = process.argv;
  if (started !== fileURLToPath(program) || !size) return;
  process.send!(await measure(Number(size)));
  process.exit();
}
