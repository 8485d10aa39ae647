import { readdirSync, readFileSync } from 'node:fs';

/** One request and its answer, as they were sent to and from the real Azure. */
export interface Interaction {
  method: string;
  url: string;
  requestHeaders?: Record<string, string>;
  requestBody: unknown;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: unknown;
}

export interface Recording {
  name: string;
  interactions: Interaction[];
}

/** Header names in lower case, in any spelling of the recorder. */
export function readRecordings(folder: string): Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const { interactions } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as {
        interactions: Interaction[];
      };
      for (const interaction of interactions) {
        interaction.responseHeaders = Object.fromEntries(
          Object.entries(interaction.responseHeaders).map(([name, value]) => [name.toLowerCase(), value]),
        );
      }
      return { name: file.replace(/\.json$/, ''), interactions };
    });
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const kind = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** Every place where two bodies differ in their members or the types of their values, as `path: what`. */
export function shapeDifferences(recorded: unknown, simulated: unknown, path = '$'): string[] {
  if (kind(recorded) !== kind(simulated))
    return [`${path}: ${kind(recorded)} recorded, ${kind(simulated)} simulated`];
  if (Array.isArray(recorded) && Array.isArray(simulated)) {
    if (recorded.length !== simulated.length)
      return [`${path}: ${recorded.length} members recorded, ${simulated.length} simulated`];
    return recorded.flatMap((member, index) => shapeDifferences(member, simulated[index], `${path}[]`));
  }
  if (!isObject(recorded) || !isObject(simulated)) return [];
  const missing = Object.keys(recorded).filter((name) => !(name in simulated));
  const extra = Object.keys(simulated).filter((name) => !(name in recorded));
  return [
    ...missing.map((name) => `${path}.${name}: not simulated`),
    ...extra.map((name) => `${path}.${name}: not recorded`),
    ...Object.keys(recorded)
      .filter((name) => name in simulated)
      .flatMap((name) => shapeDifferences(recorded[name], simulated[name], `${path}.${name}`)),
  ];
}
