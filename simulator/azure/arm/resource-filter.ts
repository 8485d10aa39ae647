import type { Call } from '../core.ts';
import { AzureError, object, text } from '../wire/messages.ts';

/** What a filter is applied to: a resource, or a resource group. */
interface Filtered {
  id: string;
  name: string;
  type?: string;
  location?: string;
  tags?: Record<string, string>;
}

type Test = (one: Filtered) => boolean;

const same = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

const tagOf = ({ tags }: Filtered, name: string): string | undefined =>
  Object.entries(object(tags)).flatMap(([key, value]) => (same(key, name) ? (text(value) ?? []) : []))[0];

const tests: Readonly<Record<string, (value: string) => Test>> = {
  resourcetype: (value) => (one) => same(one.type, value),
  name: (value) => (one) => same(one.name, value),
  location: (value) => (one) => same(one.location, value),
  resourcegroup: (value) => (one) => same(one.id.split('/')[4], value),
  tagname: (value) => (one) => tagOf(one, value) !== undefined,
};

/**
 * The query's `$filter`: comparisons with `eq`, joined by `and`. Any other filter is refused. If it were ignored, a
 * client would take the whole list for the answer. The code is Resource Manager's.
 */
export function filterOf(call: Call): Test {
  const filter = call.url.searchParams.get('$filter') ?? '';
  if (filter.trim() === '') return () => true;
  const parts = filter.split(/\s+and\s+/i).map((part) => {
    const match = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/i.exec(part);
    return match && { name: match[1]!.toLowerCase(), value: match[2]!.replaceAll("''", "'") };
  });
  const tag = parts.find((part) => part?.name === 'tagname');
  const all = parts.map((part): Test | undefined => {
    if (!part) return undefined;
    if (part.name === 'tagvalue' && tag) return (one) => tagOf(one, tag.value) === part.value;
    return tests[part.name]?.(part.value);
  });
  if (all.every((test) => test !== undefined)) return (one) => all.every((test) => test(one));
  throw new AzureError(
    400,
    'InvalidFilterInQueryString',
    `Invalid $filter '${filter}' specified in the query string.`,
  );
}

/** Lists of one resource type accept no filter. */
export function refuseFilter(call: Call): void {
  const filter = call.url.searchParams.get('$filter');
  if (!filter) return;
  throw new AzureError(
    400,
    'InvalidFilterInQueryString',
    `Invalid $filter '${filter}' specified in the query string.`,
  );
}
