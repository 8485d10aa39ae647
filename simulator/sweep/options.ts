import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Disturbance, disturbanceNames, type Kind, kinds, type Point, pointOf } from './disturbances.ts';
import { type FlowName, flows } from './flows.ts';
import type { Choice } from './points.ts';

export interface Options {
  readonly flows: readonly FlowName[];
  readonly choice: Choice | { readonly point: Point };
  readonly seed: number;
  readonly workers: number;
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
  const point = values.point === undefined ? undefined : pointOf(values.point);
  if (values.point !== undefined && !point)
    throw new WrongOption(
      `--point ${values.point} names no point; it looks like fault:500:12, kill:half:7, twice:late:3 or storm:5.`,
    );
  if (point && wanted.length !== 1) throw new WrongOption('--point needs the one --flow that it belongs to.');
  return {
    flows: wanted as FlowName[],
    choice: point
      ? { point }
      : {
          kinds: kindsWanted as Kind[],
          faults: (values.fault as Disturbance[] | undefined) ?? disturbanceNames,
          most: wholeNumber('--most', values.most),
          seed,
        },
    seed,
    workers: wholeNumber('--workers', values.workers) ?? availableParallelism(),
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
        point: { type: 'string' },
        most: { type: 'string' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error));
  }
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
