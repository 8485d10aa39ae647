import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Disturbance, disturbanceNames, type Kind, kinds, type Point, pointOf } from './disturbances.ts';
import { type FlowName, flows } from './run/flows.ts';
import type { Plan } from './sweep.ts';

export interface Options {
  readonly flows: readonly FlowName[];
  readonly choice: Plan['choice'];
  readonly together: number;
  readonly seed: number;
  readonly workers: number;
  readonly minutes: number | undefined;
  /** A file. */
  readonly results: string | undefined;
  readonly json: boolean;
}

/** What is wrong with the command line. */
export class WrongOption extends Error {}

export function readOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  const names = Object.keys(flows) as FlowName[];
  const wanted = values.flow ?? names;
  const kindsWanted = values.only ?? [...kinds];
  checkNames('flow', wanted, names);
  checkNames('fault', values.fault ?? [], disturbanceNames);
  checkNames('kind', kindsWanted, kinds);
  const seed = wholeNumber('--seed', values.seed)!;
  const points = (values.point ?? []).map(pointNamed);
  if (points.length > 0 && wanted.length !== 1)
    throw new WrongOption('--point needs the one --flow that it belongs to.');
  if (points.length > 1 && !points.every((point) => 'fault' in point || 'twice' in point))
    throw new WrongOption('Only faults and repeated activities can share a run.');
  return {
    flows: wanted as FlowName[],
    choice:
      points.length > 0
        ? { points }
        : {
            kinds: kindsWanted as Kind[],
            faults: (values.fault as Disturbance[] | undefined) ?? disturbanceNames,
            most: wholeNumber('--most', values.most),
            seed,
          },
    seed,
    together: wholeNumber('--together', values.together)!,
    workers: wholeNumber('--workers', values.workers) ?? availableParallelism(),
    minutes: wholeNumber('--minutes', values.minutes),
    results: values.results,
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        flow: { type: 'string', multiple: true },
        fault: { type: 'string', multiple: true },
        only: { type: 'string', multiple: true },
        point: { type: 'string', multiple: true },
        most: { type: 'string' },
        together: { type: 'string', default: '12' },
        minutes: { type: 'string' },
        results: { type: 'string' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error));
  }
}

function pointNamed(name: string): Point {
  const point = pointOf(name);
  if (point) return point;
  throw new WrongOption(
    `--point ${name} names no point; it looks like fault:500:12, left:half:7, kill:half:7, twice:late:3 or storm:5.`,
  );
}

function checkNames(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new WrongOption(`There is no ${what} ${unknown}; there are: ${known.join(', ')}.`);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new WrongOption(`${name} takes a whole number from 1, not ${text}.`);
  return Number(text);
}
