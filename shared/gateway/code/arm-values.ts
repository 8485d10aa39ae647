import type { JsonObject } from './resources.ts';

/** Members of a resource in the form that Resource Manager gives them. */

export type Named = { readonly name: string; readonly properties: JsonObject };

export const text = (value: unknown) => value as string | undefined;
export const flag = (value: unknown) => value as boolean | undefined;
export const number = (value: unknown) => value as number | undefined;
export const texts = (value: unknown) => value as readonly string[] | undefined;
export const namedMembers = (value: unknown) => (value ?? []) as readonly Named[];
export const object = (value: unknown) => (value ?? {}) as JsonObject;
export const tagsOf = (resource: JsonObject) => resource.tags as Readonly<Record<string, string>> | undefined;
export const idIn = (value: unknown) => object(value).id as string | undefined;

/** Settings that are set and that no argument holds. False and empty mean: not set. */
export function leftOf(value: JsonObject, known: readonly string[], path: string): string[] {
  return Object.entries(value)
    .filter(([name, member]) => !known.includes(name) && !isUnset(member))
    .map(([name, member]) => `${path}${name}: ${JSON.stringify(member)}`);
}

const isUnset = (value: unknown) =>
  value === false ||
  value === '' ||
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value).length === 0);
