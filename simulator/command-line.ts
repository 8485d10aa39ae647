import { readFileSync } from 'node:fs';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { parseScenario, type Scenario } from './azure/scenario.ts';

/** What is wrong with the command line, or with a file that it names. */
export class UsageError extends Error {}

/** `parseArgs`, whose errors are usage errors. */
export const parsedArguments = <T extends ParseArgsConfig>(config: T) =>
  orUsageError(() => parseArgs(config));

export function wholeNumber(
  option: string,
  text: string,
  least: number,
  most = Number.POSITIVE_INFINITY,
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.POSITIVE_INFINITY ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${option} must be a whole number ${range}, not ${text}.`);
}

/** A time in ISO 8601, such as `2027-03-01` or `2027-03-01T08:00:00Z`. */
export function dateOf(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : new Date('');
  if (Number.isNaN(date.getTime()))
    throw new UsageError(`${option} must be a date such as 2027-03-01 or 2027-03-01T08:00:00Z, not ${text}.`);
  return date;
}

export const scenarioIn = (file: string): Scenario =>
  orUsageError(() => parseScenario(JSON.parse(readFileSync(file, 'utf8'))), `--scenario ${file}: `);

function orUsageError<T>(parse: () => T, before = ''): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`${before}${error instanceof Error ? error.message : error}`);
  }
}
