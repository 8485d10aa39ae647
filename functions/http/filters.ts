import type { HttpRequest } from '@azure/functions';
import { type Problem, refused } from '../../shared/core/errors.ts';

/** The Functions host takes its key from these. */
const keys = ['code', 'clientId'];

/**
 * The query of a list. A parameter that is no filter, comes twice or cannot be read is noted, and `refuseIfWrong` names
 * all of them at once. The address itself is read, because the Functions host hands on only one value of each name.
 */
export function filtersOf<Name extends string>({ url }: Pick<HttpRequest, 'url'>, names: readonly Name[]) {
  const query = new URL(url).searchParams;
  const problems: Problem[] = [];
  for (const name of new Set(query.keys())) {
    if (query.getAll(name).length > 1 && !keys.includes(name))
      problems.push({ code: 'FieldInvalid', message: 'is given more than once', target: name });
    if ((names as readonly string[]).includes(name) || keys.includes(name)) continue;
    problems.push({
      code: 'UnknownField',
      message: `is not a filter: use ${names.join(', ')}`,
      target: name,
    });
  }
  const wrong = (target: Name, message: string) => {
    problems.push({ code: 'FieldInvalid', message, target });
  };
  function text(name: Name): string | undefined {
    const given = query.get(name)?.trim() || undefined;
    if (given && given.length > 1024) wrong(name, 'must not be longer than 1,024 characters');
    return given;
  }
  /** A time, or a day. As the end of a range, a day counts with all its hours. */
  function time(name: Name, as: 'begin' | 'end'): Date | undefined {
    const given = text(name);
    if (given === undefined) return undefined;
    const isTime = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(given);
    const time = new Date(isTime && isDay(given.slice(0, 10)) ? given : Number.NaN);
    if (Number.isNaN(time.getTime())) wrong(name, 'must be a time such as 2030-01-01T08:00:00Z, or a day');
    return as === 'end' && given.length === 10 ? new Date(time.getTime() + 86_399_999) : time;
  }
  return {
    wrong,
    text,
    /** Several words with commas between them; each must be one of `allowed`. */
    oneOf<T extends string>(name: Name, allowed: readonly T[]): readonly T[] | undefined {
      const given = text(name)?.split(',').filter(Boolean);
      for (const one of given ?? [])
        if (!(allowed as readonly string[]).includes(one))
          wrong(name, `${one} is not a ${name}: use ${allowed.join(', ')}`);
      return given as T[] | undefined;
    },
    /** When the first is later than the second, nothing lies between them: somebody has mixed them up. */
    range(begin: Name, end: Name): { readonly from: Date | undefined; readonly to: Date | undefined } {
      const [from, to] = [time(begin, 'begin'), time(end, 'end')];
      if (from && to && from > to) wrong(begin, `must not be later than ${end}`);
      return { from, to };
    },
    refuseIfWrong(): void {
      if (problems.length === 0) return;
      const sentences = problems.map(({ target, message }) => `${target}: ${message}`).join('; ');
      const refusal = refused('InvalidRequest', `The list cannot be made: ${sentences}.`, problems);
      const only = problems.length === 1 && problems[0]!.target;
      throw only ? Object.assign(refusal, { failure: { ...refusal.failure, target: only } }) : refusal;
    },
  };
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const time = new Date(day);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
}
