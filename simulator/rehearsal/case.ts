import { parseScenario, type Scenario } from '../azure/scenario.ts';
import { isObject, type JsonObject, object, text } from '../azure/wire/messages.ts';

/** What a step of each kind holds: the keys beside its own and, when its value is an object of ours, the keys in it. */
const kinds = {
  plan: { beside: [] },
  ticket: { beside: ['path', 'headers', 'run', 'limit'] },
  event: { beside: ['fn', 'minutes', 'run'] },
  compliance: { beside: ['all', 'limit'] },
  http: { beside: [], within: ['method', 'path', 'body', 'headers'] },
  arm: { beside: [], within: ['method', 'id', 'body', 'api', 'max'] },
  minutes: { beside: [] },
  signIn: { beside: [], within: ['gateway', 'from', 'user'] },
  show: { beside: ['keys', 'max'] },
  nps: { beside: [] },
  writes: { beside: [] },
  answers: { beside: [] },
} as const satisfies Record<string, { beside: readonly string[]; within?: readonly string[] }>;

export type StepKind = keyof typeof kinds;

/** One step as the file has it, with its kind and its keys checked. */
export interface Step {
  readonly kind: StepKind;
  readonly value: unknown;
  readonly beside: JsonObject;
}

export interface Case {
  readonly name: string | undefined;
  readonly start: Date;
  readonly settings: Readonly<Record<string, string>>;
  readonly scenario: Scenario;
  readonly npsStates: Readonly<Record<string, unknown>>;
  /** Whether the app gets the writes in Azure as events. */
  readonly events: boolean;
  readonly steps: readonly Step[];
}

const members = ['name', 'source', 'start', 'settings', 'scenario', 'npsStates', 'events', 'do'];
const usualStart = '2026-11-29T08:00:00Z';

/** Reads a case. Throws one error that names everything that is wrong in it. */
export function parseCase(given: unknown): Case {
  const problems: string[] = [];
  const file = object(given);
  if (!isObject(given)) problems.push('The file must hold one JSON object.');
  problems.push(...unknownKeys('', file, members));
  if (!Array.isArray(file.do)) problems.push('do must be a list of steps.');
  const start = new Date(text(file.start) ?? usualStart);
  if (Number.isNaN(start.getTime())) problems.push(`start must be a time in ISO 8601, not ${file.start}.`);
  for (const name of ['settings', 'scenario', 'npsStates'])
    if (file[name] !== undefined && !isObject(file[name])) problems.push(`${name} must be an object.`);
  const steps = (Array.isArray(file.do) ? file.do : []).flatMap((step, index) =>
    stepOf(step, `do[${index}]`, problems),
  );
  const scenario = tried(() => parseScenario(object(file.scenario)), problems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    name: text(file.name),
    start,
    settings: Object.fromEntries(
      Object.entries(object(file.settings)).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    scenario: scenario ?? {},
    npsStates: object(file.npsStates),
    events: file.events !== false,
    steps,
  };
}

function stepOf(given: unknown, at: string, problems: string[]): Step[] {
  if (!isObject(given)) {
    problems.push(`${at} must be an object.`);
    return [];
  }
  const found = Object.keys(kinds).filter((kind) => kind in given) as StepKind[];
  const known = Object.keys(kinds).join(', ');
  const own = found.filter((kind) => !found.some((other) => other !== kind && isBeside(other, kind)));
  const [kind] = own;
  if (!kind || own.length > 1) {
    const keys = Object.keys(given).join(', ') || 'nothing';
    problems.push(
      kind
        ? `${at} is more than one step (${own.join(', ')}).`
        : `${at}: unknown key ${keys}; a step is one of ${known}.`,
    );
    return [];
  }
  const { beside, within } = kinds[kind] as { beside: readonly string[]; within?: readonly string[] };
  problems.push(...unknownKeys(at, given, [kind, ...beside]));
  const value = given[kind];
  if (within) {
    if (isObject(value)) problems.push(...unknownKeys(`${at}.${kind}`, value, within));
    else problems.push(`${at}.${kind} must be an object.`);
  }
  problems.push(...missing(kind, value, at));
  const { [kind]: _, ...rest } = given;
  return [{ kind, value, beside: rest }];
}

/** `minutes` is a step, and also says how long an event is followed. */
const isBeside = (kind: StepKind, name: string): boolean =>
  (kinds[kind].beside as readonly string[]).includes(name);

function missing(kind: StepKind, value: unknown, at: string): string[] {
  const needs = (names: string[]) =>
    names
      .filter((name) => typeof object(value)[name] !== 'string')
      .map((name) => `${at}.${kind}.${name} must be a text.`);
  switch (kind) {
    case 'http':
      return needs(['method', 'path']);
    case 'arm':
      return needs(['method', 'id']);
    case 'signIn':
      return needs(['gateway', 'from']);
    case 'show':
      return typeof value === 'string' ? [] : [`${at}.show must be the id of a resource.`];
    case 'minutes':
      return typeof value === 'number' && value >= 0 ? [] : [`${at}.minutes must be a number.`];
    default:
      return [];
  }
}

const unknownKeys = (at: string, given: JsonObject, known: readonly string[]): string[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${at && `${at}: `}unknown key ${name}; known are ${known.join(', ')}.`);

function tried<T>(read: () => T, problems: string[]): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
