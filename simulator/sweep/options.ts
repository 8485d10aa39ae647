import { availableParallelism } from 'node:os';
import { parsedArguments, UsageError, wholeNumber } from '../command-line.ts';
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

export function readSweepOptions(args: readonly string[]): Options {
  const { values } = parsedArguments({
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
  const numberOr = <T>(name: 'most' | 'workers' | 'minutes', otherwise: T) => {
    const text = values[name];
    return text === undefined ? otherwise : wholeNumber(`--${name}`, text, 1);
  };
  const names = Object.keys(flows) as FlowName[];
  const wanted = values.flow ?? names;
  const kindsWanted = values.only ?? [...kinds];
  checkNames('flow', wanted, names);
  checkNames('fault', values.fault ?? [], disturbanceNames);
  checkNames('kind', kindsWanted, kinds);
  const seed = wholeNumber('--seed', values.seed, 1);
  const points = (values.point ?? []).map(pointNamed);
  if (points.length > 0 && wanted.length !== 1)
    throw new UsageError('--point needs the one --flow that it belongs to.');
  if (points.length > 1 && !points.every((point) => 'fault' in point || 'twice' in point))
    throw new UsageError('Only faults and repeated activities can share a run.');
  return {
    flows: wanted as FlowName[],
    choice:
      points.length > 0
        ? { points }
        : {
            kinds: kindsWanted as Kind[],
            faults: (values.fault as Disturbance[] | undefined) ?? disturbanceNames,
            most: numberOr('most', undefined),
            seed,
          },
    seed,
    together: wholeNumber('--together', values.together, 1),
    workers: numberOr('workers', availableParallelism()),
    minutes: numberOr('minutes', undefined),
    results: values.results,
    json: values.json,
  };
}

function pointNamed(name: string): Point {
  const point = pointOf(name);
  if (point) return point;
  throw new UsageError(
    `--point ${name} names no point; it looks like fault:500:12, left:half:7, kill:half:7, twice:late:3 or storm:5.`,
  );
}

function checkNames(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no ${what} ${unknown}; there are: ${known.join(', ')}.`);
}
