import { type Command, commonOptions, type OwnCommand } from '../command.ts';
import { commands } from '../commands.ts';
import { exitCodes, wrongCall } from '../exit-codes.ts';

const shells = { bash, zsh, fish } as const;

/** `completion SHELL` prints a script that knows commands and options, and asks the app for the ids of deployments. */
export const completion: OwnCommand = {
  says: 'a script for the shell that completes commands, options and ids: bash, zsh or fish',
  takes: 'SHELL',
  options: {},
  print({ subject, terminal }) {
    const shell = Object.entries(shells).find(([name]) => name === subject)?.[1];
    if (!shell) throw wrongCall(`completion takes ${Object.keys(shells).join(', ')}, not ${subject}.`);
    for (const line of shell()) terminal.say(line);
    return exitCodes.done;
  },
};

const optionsOf = ({ options }: Command) =>
  [...Object.keys({ ...options, ...commonOptions }), 'help'].map((name) => `--${name}`);
const names = () => [...Object.keys(commands), 'completion'];
/** The address and the key come from the environment. Without them there, no id is completed. */
const idsCall = ({ idsOf }: Command) =>
  `vpn-radius find --ids --limit 200${idsOf ? ` --status ${idsOf.join(',')}` : ''} 2>/dev/null`;
const takers = (what: Command['takes']) => Object.entries(commands).filter(([, { takes }]) => takes === what);

function bash(): string[] {
  return [
    '# bash: eval "$(vpn-radius completion bash)"',
    '_vpn_radius() {',
    `  local word="$2" command="\${COMP_WORDS[1]}"`,
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${names().join(' ')}" -- "$word")); return`,
    '  fi',
    '  case "$command:$word" in',
    ...Object.entries(commands).map(
      ([name, command]) =>
        `    ${name}:-*) COMPREPLY=($(compgen -W "${optionsOf(command).join(' ')}" -- "$word"));;`,
    ),
    ...takers('ID').map(
      ([name, command]) => `    ${name}:*) COMPREPLY=($(compgen -W "$(${idsCall(command)})" -- "$word"));;`,
    ),
    ...takers('FILE').map(([name]) => `    ${name}:*) COMPREPLY=($(compgen -f -- "$word"));;`),
    `    completion:*) COMPREPLY=($(compgen -W "${Object.keys(shells).join(' ')}" -- "$word"));;`,
    '  esac',
    '}',
    'complete -F _vpn_radius vpn-radius',
  ];
}

function zsh(): string[] {
  return [
    '# zsh, after compinit: eval "$(vpn-radius completion zsh)"',
    '_vpn_radius() {',
    '  local command=$words[2]',
    `  if (( CURRENT == 2 )); then compadd -- ${names().join(' ')}; return; fi`,
    '  case "$command:$PREFIX" in',
    ...Object.entries(commands).map(
      ([name, command]) => `    ${name}:-*) compadd -- ${optionsOf(command).join(' ')};;`,
    ),
    ...takers('ID').map(([name, command]) => `    ${name}:*) compadd -- \${(f)"$(${idsCall(command)})"};;`),
    ...takers('FILE').map(([name]) => `    ${name}:*) _files;;`),
    `    completion:*) compadd -- ${Object.keys(shells).join(' ')};;`,
    '  esac',
    '}',
    'compdef _vpn_radius vpn-radius',
  ];
}

function fish(): string[] {
  const when = (name: string) => `-n '__fish_seen_subcommand_from ${name}'`;
  return [
    '# fish: vpn-radius completion fish | source',
    'complete -c vpn-radius -f',
    `complete -c vpn-radius -n '__fish_use_subcommand' -a '${names().join(' ')}'`,
    ...Object.entries(commands).flatMap(([name, command]) =>
      optionsOf(command).map((option) => `complete -c vpn-radius ${when(name)} -l ${option.slice(2)}`),
    ),
    ...takers('ID').map(
      ([name, command]) => `complete -c vpn-radius ${when(name)} -a '(${idsCall(command)})'`,
    ),
    ...takers('FILE').map(([name]) => `complete -c vpn-radius ${when(name)} -F`),
    `complete -c vpn-radius ${when('completion')} -a '${Object.keys(shells).join(' ')}'`,
  ];
}
