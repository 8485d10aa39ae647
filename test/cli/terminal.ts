import { run } from '../../cli/run.ts';
import { jsonLine, type Terminal } from '../../cli/telling/terminal.ts';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly questions: readonly string[];
}

interface Scene {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the person at the terminal answers; undefined when nobody is there. */
  readonly answer?: string;
  readonly input?: string;
  readonly isScreen?: boolean;
  /** Lets time pass. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly now?: () => Date;
  readonly token?: (audience: string) => string;
}

/** Runs a command as the process would, with a terminal that remembers what it was told. */
export async function ran(argv: readonly string[], scene: Scene = {}): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const questions: string[] = [];
  const inOneLine = (line: string) => {
    // A terminal would act on it, so the output must not contain it.
    if (/\p{Cc}/u.test(line)) throw new Error(`A line with control characters: ${jsonLine(line)}`);
    return `${line}\n`;
  };
  const terminal: Terminal = {
    say: (line) => void stdout.push(inOneLine(line)),
    warn: (line) => void stderr.push(inOneLine(line)),
    write: (text) => void stdout.push(text),
    isScreen: scene.isScreen ?? false,
    width: () => 100,
    async ask(question) {
      questions.push(question);
      return scene.answer;
    },
    readInput: async () => scene.input ?? '',
    wait: scene.wait ?? (async () => {}),
    now: scene.now ?? (() => new Date('2030-01-01T00:00:00Z')),
  };
  const exitCode = await run(argv, scene.env ?? {}, terminal, scene.token);
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join(''), questions };
}
