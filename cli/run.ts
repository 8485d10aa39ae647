import { parseArgs } from 'node:util';
import { version } from '../shared/core/version.ts';
import { api } from './api.ts';
import { type Command, commonOptions, type OwnCommand, parsable } from './command.ts';
import { completion } from './commands/completion.ts';
import { commands } from './commands.ts';
import { Ended, type ExitCode, exitCodes, wrongCall } from './exit-codes.ts';
import { help, helpOf } from './help.ts';
import { signIn } from './sign-in.ts';
import { jsonLine, type Terminal } from './telling/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs one command, as a process or a test gives it; returns the exit code. */
export async function run(
  argv: readonly string[],
  env: Environment,
  terminal: Terminal,
  token?: (audience: string) => string,
): Promise<ExitCode> {
  try {
    return await ran(argv, env, terminal, token);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    if (argv.includes('--json')) terminal.say(jsonLine(error.body));
    for (const line of error.message.split('\n')) terminal.warn(line);
    return error.exitCode;
  }
}

async function ran(
  argv: readonly string[],
  env: Environment,
  terminal: Terminal,
  token?: (audience: string) => string,
): Promise<ExitCode> {
  const [name = '--help', ...args] = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  if (name === '--help' || name === '-h') return told(terminal, help({ ...commands, completion }));
  if (name === '--version') return told(terminal, [version]);
  const own = name === 'completion' ? completion : undefined;
  const command = Object.entries(commands).find(([known]) => known === name)?.[1];
  if (!command && !own)
    throw wrongCall(
      `There is no command ${name}. The commands are: ${Object.keys(commands).join(', ')}, completion.`,
    );
  const { values, subject } = argumentsOf(name, args, command ?? own!);
  if (values.help) return told(terminal, helpOf(name, command ?? own!, own !== undefined));
  if (!command) return own!.print({ subject, terminal });
  const text = (option: string) => values[option] as string | undefined;
  return command.run({
    subject,
    text,
    flag: (option) => values[option] === true,
    json: values.json === true,
    api: api(
      signIn({ url: text('url'), 'key-file': text('key-file'), audience: text('audience') }, env, token),
    ),
    terminal,
    env,
  });
}

function argumentsOf(name: string, args: readonly string[], command: Command | OwnCommand) {
  const options = 'run' in command ? { ...command.options, ...commonOptions } : command.options;
  const { values, positionals } = parsed(name, args, options);
  if (values.help) return { values, subject: '' };
  const [subject, ...others] = positionals;
  const { takes } = command;
  if (takes && subject === undefined) throw wrongCall(`${name} needs ${takes}: vpn-radius ${name} --help`);
  const unwanted = takes ? others : positionals;
  if (unwanted.length > 0) throw wrongCall(`${name} does not take ${unwanted.join(' ')}.`);
  for (const [option, { oneOf }] of Object.entries(options)) {
    const value = values[option];
    if (oneOf && value !== undefined && !oneOf.includes(String(value)))
      throw wrongCall(`--${option} must be one of ${oneOf.join(', ')}, not ${value}.`);
  }
  return { values, subject: subject ?? '' };
}

function parsed(name: string, args: readonly string[], options: Command['options']) {
  try {
    return parseArgs({ args: [...args], options: parsable(options) ?? {}, allowPositionals: true });
  } catch (error) {
    throw wrongCall(`${(error as Error).message} (vpn-radius ${name} --help)`);
  }
}

function told(terminal: Terminal, lines: readonly string[]): ExitCode {
  for (const line of lines) terminal.say(line);
  return exitCodes.done;
}
