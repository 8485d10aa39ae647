import type * as z from 'zod';
import type { Problem } from './errors.ts';

/** What a schema finds wrong: one problem for each field. `target` is its path, such as `radius.servers[0].host`. */
export function wrongFields(issue: z.core.$ZodIssue): Problem[] {
  const at = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : path ? `${path}.${String(part)}` : String(part),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'UnknownField',
      message: 'is not a known field: check the spelling',
      target: at ? `${at}.${key}` : key,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.findLast((one) => !one.some(isOfAnotherType)) ?? issue.errors.at(-1)!;
    return closest.flatMap((inner) => wrongFields({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    {
      code: isMissing ? 'FieldMissing' : 'FieldInvalid',
      message: isMissing ? 'is missing' : issue.message,
      target: at,
    },
  ];
}

/** The value is of another type than this choice of the union, so its writer did not mean this choice. */
const isOfAnotherType = ({ code, path }: z.core.$ZodIssue) => code === 'invalid_type' && path.length === 0;
