import { type Command, commonOptions, type Option, type OwnCommand } from './command.ts';

type Described = Pick<Command | OwnCommand, 'says' | 'takes' | 'options'>;

/** `vpn-radius --help` */
export function help(commands: Readonly<Record<string, Described>>): string[] {
  return [
    'vpn-radius COMMAND [options]     the VPN RADIUS app from a terminal; docs/cli.md says more',
    '',
    ...columns(Object.entries(commands).map(([name, { takes, says }]) => [callOf(name, takes), says])),
    '',
    ...columns(optionLines(commonOptions)),
    ...columns([['--help', 'of each command: vpn-radius COMMAND --help']]),
    '',
    ...exits,
  ];
}

/** `vpn-radius COMMAND --help` */
export function helpOf(name: string, { takes, says, options }: Described, isOwn: boolean): string[] {
  return [
    `vpn-radius ${callOf(name, takes)} [options]`,
    `  ${says}`,
    ...(takes === 'ID'
      ? ['  ID may be only the beginning of an id, if no other deployment begins with it.']
      : []),
    ...(takes === 'RESOURCE'
      ? ['  RESOURCE is the resource id of the gateway, or of the virtual network whose gateway it is.']
      : []),
    ...columns(optionLines({ ...options, ...(isOwn ? {} : commonOptions) })),
    ...(isOwn ? [] : ['', ...exits]),
  ];
}

const exits = [
  'Exit code: 0 done; 1 it failed, or does not comply; 2 wrong call; 3 refused by the app; 4 not allowed;',
  '5 the app (or az) cannot be reached; 6 it waits for an approval; 7 not confirmed, nothing was sent.',
];

const callOf = (name: string, takes: string | undefined) => (takes ? `${name} ${takes}` : name);

const optionLines = (options: Readonly<Record<string, Option>>): [string, string][] =>
  Object.entries(options).map(([name, { value, says, oneOf }]) => [
    value ? `--${name} ${oneOf?.join('|') ?? value}` : `--${name}`,
    says,
  ]);

function columns(lines: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
