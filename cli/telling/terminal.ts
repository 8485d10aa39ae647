import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';

/** Where a command reads and writes, so that a test can be its terminal. */
export interface Terminal {
  /** A line of text without control characters for the terminal, because texts come from tickets. */
  say(line: string): void;
  /** The same on standard error, away from a program that reads the output. */
  warn(line: string): void;
  /** Characters as they are: only for text that this program makes. */
  write(text: string): void;
  /** Whether the output is a terminal, on which a line can be written over. */
  readonly isScreen: boolean;
  readonly width: () => number;
  /** The answer of the person at the terminal; undefined when there is none. */
  ask(question: string): Promise<string | undefined>;
  readInput(): Promise<string>;
  wait(milliseconds: number): Promise<void>;
  now(): Date;
}

/**
 * Control characters, and marks that turn the direction of writing: a text with them can show something else than it
 * says.
 */
const acting = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text in one line, with nothing in it that a terminal would act on. */
export const readable = (text: string) => text.replaceAll(/\s*\n\s*/g, ' · ').replaceAll(acting, '\ufffd');

/** The same for every text in a value. */
export function readableValue<T>(value: T): T {
  if (typeof value === 'string') return readable(value) as T;
  if (Array.isArray(value)) return value.map(readableValue) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readableValue(part)])) as T;
}

/** One line of JSON with the same meaning, without a character that a terminal would act on. */
export const jsonLine = (value: unknown) =>
  JSON.stringify(value).replaceAll(
    acting,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  return {
    say: (line) => void stdout.write(`${line.replaceAll(acting, '\ufffd')}\n`),
    warn: (line) => void stderr.write(`${line.replaceAll(acting, '\ufffd')}\n`),
    write: (text) => void stdout.write(text),
    isScreen: stdout.isTTY === true,
    width: () => stdout.columns || 80,
    async ask(question) {
      if (!stdin.isTTY || !stderr.isTTY) return undefined;
      const asking = createInterface({ input: stdin, output: stderr });
      try {
        return await asking.question(question);
      } finally {
        asking.close();
      }
    },
    async readInput() {
      let text = '';
      for await (const chunk of stdin.setEncoding('utf8')) text += chunk;
      return text;
    },
    wait: async (milliseconds) => void (await setTimeout(milliseconds)),
    now: () => new Date(),
  };
}
