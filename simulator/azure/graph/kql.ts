/**
 * The part of the Kusto query language that a discovery query needs: `resources | where … | extend … | project … |
 * order by … | limit n | count`, with comparisons, `in`, `contains`, `startswith`, `endswith`, `has`, `isempty`,
 * `isnotempty`, `isnull`, `isnotnull`, `tolower`, `toupper`, `tostring`, `array_length` and dotted paths. Any other
 * query is refused, as Resource Graph refuses what it cannot parse.
 */
export type Row = Record<string, unknown>;
type Expression = (row: Row) => unknown;

export class KqlError extends Error {
  readonly position: number;
  readonly token: string;
  constructor(position: number, token: string) {
    super('ParserFailure');
    this.position = position;
    this.token = token;
  }
}

interface Token {
  kind: 'name' | 'number' | 'text' | 'sign' | 'end';
  value: string;
  at: number;
}

const pattern =
  /\s+|\/\/[^\n]*|(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_$][\w$]*(?:~)?(?=\s*\(|\b|[^~])|[A-Za-z_$][\w$]*~?)|(?<sign>=~|!~|==|!=|<=|>=|[|(),.[\]=<>])/y;

function tokens(query: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < query.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(query);
    if (!match) throw new KqlError(at, query[at]!);
    const kind = (['text', 'number', 'name', 'sign'] as const).find(
      (name) => match.groups?.[name] !== undefined,
    );
    if (kind) found.push({ kind, value: match[0], at });
  }
  return [...found, { kind: 'end', value: '<EOF>', at: query.length }];
}

const word = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const fold = (value: unknown): string => word(value).toLowerCase();
const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '';

const comparisons: Record<string, (a: unknown, b: unknown) => boolean> = {
  '==': (a, b) => word(a) === word(b),
  '!=': (a, b) => word(a) !== word(b),
  '=~': (a, b) => fold(a) === fold(b),
  '!~': (a, b) => fold(a) !== fold(b),
  '<': (a, b) => Number(a) < Number(b),
  '>': (a, b) => Number(a) > Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
  contains: (a, b) => fold(a).includes(fold(b)),
  startswith: (a, b) => fold(a).startsWith(fold(b)),
  endswith: (a, b) => fold(a).endsWith(fold(b)),
  has: (a, b) =>
    fold(a)
      .split(/[^a-z0-9]+/)
      .includes(fold(b)),
};

const functions: Record<string, (value: unknown) => unknown> = {
  isempty: isEmpty,
  isnotempty: (value) => !isEmpty(value),
  isnull: (value) => value === null || value === undefined,
  isnotnull: (value) => value !== null && value !== undefined,
  tolower: fold,
  toupper: (value) => word(value).toUpperCase(),
  tostring: (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : word(value)),
  array_length: (value) => (Array.isArray(value) ? value.length : null),
};

const reserved = new Set(['where', 'project', 'extend', 'order', 'sort', 'limit', 'take', 'count', 'by']);

/** Compiles a query to a function over rows. `KqlError` says which part could not be understood. */
export function compile(query: string): (rows: Iterable<Row>) => Row[] {
  const all = tokens(query);
  let at = 0;
  const peek = () => all[at]!;
  const fail = (): never => {
    throw new KqlError(peek().at, peek().value);
  };
  const take = (value?: string): Token => {
    const token = peek();
    if (token.kind === 'end' || (value !== undefined && token.value.toLowerCase() !== value)) return fail();
    at++;
    return token;
  };
  const takes = (value: string): boolean => {
    if (peek().kind === 'text' || peek().value.toLowerCase() !== value) return false;
    at++;
    return true;
  };
  const literal = (token: Token) => token.value.slice(1, -1).replace(/\\(.)/g, '$1');

  const primary = (): Expression => {
    const token = take();
    if (token.kind === 'text') return () => literal(token);
    if (token.kind === 'number') return () => Number(token.value);
    if (token.value === '(') {
      const inner = or();
      take(')');
      return inner;
    }
    if (token.kind !== 'name') {
      at--;
      return fail();
    }
    // Recorded: for `where where`, the error is reported at the end of the query.
    if (reserved.has(token.value.toLowerCase())) throw new KqlError(query.length, '<EOF>');
    if (token.value === 'true' || token.value === 'false') return () => token.value === 'true';
    if (peek().value === '(') {
      const apply = functions[token.value.toLowerCase()];
      if (!apply) {
        at--;
        return fail();
      }
      take('(');
      const argument = or();
      take(')');
      return (row) => apply(argument(row));
    }
    return path(token.value);
  };
  const path = (first: string): Expression => {
    const parts: string[] = [first];
    for (;;) {
      if (takes('.')) {
        const next = take();
        if (next.kind !== 'name') return fail();
        parts.push(next.value);
      } else if (takes('[')) {
        const next = take();
        if (next.kind === 'text') parts.push(literal(next));
        else if (next.kind === 'number') parts.push(next.value);
        else return fail();
        take(']');
      } else break;
    }
    return (row) =>
      parts.reduce<unknown>(
        (value, part) => (typeof value === 'object' && value !== null ? (value as Row)[part] : undefined),
        row,
      );
  };
  const comparison = (): Expression => {
    if (takes('not')) {
      take('(');
      const inner = or();
      take(')');
      return (row) => !inner(row);
    }
    const left = primary();
    const operator = peek().value.toLowerCase();
    if (operator === 'in' || operator === 'in~') {
      take();
      take('(');
      const members: Expression[] = [];
      do members.push(primary());
      while (takes(','));
      take(')');
      const same = comparisons[operator === 'in' ? '==' : '=~']!;
      return (row) => members.some((member) => same(left(row), member(row)));
    }
    const compare = peek().kind === 'text' ? undefined : comparisons[operator];
    if (!compare) return left;
    take();
    const right = primary();
    return (row) => compare(left(row), right(row));
  };
  const and = (): Expression => {
    let left = comparison();
    while (takes('and')) {
      const [a, b] = [left, comparison()];
      left = (row) => Boolean(a(row)) && Boolean(b(row));
    }
    return left;
  };
  function or(): Expression {
    let left = and();
    while (takes('or')) {
      const [a, b] = [left, and()];
      left = (row) => Boolean(a(row)) || Boolean(b(row));
    }
    return left;
  }
  /** `name = expression` or a path, whose last part names the column (`properties.sku.name` → `properties_sku_name`). */
  const columns = (): [name: string, value: Expression][] => {
    const found: [string, Expression][] = [];
    do {
      const start = at;
      const first = take();
      if (first.kind === 'name' && takes('=')) found.push([first.value, or()]);
      else {
        at = start;
        const value = or();
        const name = all
          .slice(start, at)
          .map((token) => (token.kind === 'text' ? literal(token) : token.value));
        found.push([name.join('').replace(/[^\w]+/g, '_'), value]);
      }
    } while (takes(','));
    return found;
  };

  /** The conditions at the beginning of the query: rows that do not fulfil them are never held together. */
  const first: Expression[] = [];
  const stages: ((rows: Row[]) => Row[])[] = [];
  // The table may be left out (recorded): a query may begin with its first operator.
  let isOperatorDue = !takes('resources');
  while (isOperatorDue || takes('|')) {
    isOperatorDue = false;
    const operator = take().value.toLowerCase();
    if (operator === 'where') {
      const condition = or();
      if (stages.length === 0) first.push(condition);
      else stages.push((rows) => rows.filter((row) => Boolean(condition(row))));
    } else if (operator === 'project') {
      const wanted = columns();
      stages.push((rows) =>
        rows.map((row) => Object.fromEntries(wanted.map(([name, value]) => [name, value(row) ?? null]))),
      );
    } else if (operator === 'extend') {
      const added = columns();
      stages.push((rows) =>
        rows.map((row) => ({
          ...row,
          ...Object.fromEntries(added.map(([name, value]) => [name, value(row) ?? null])),
        })),
      );
    } else if (operator === 'order' || operator === 'sort') {
      take('by');
      const keys: { value: Expression; sign: number }[] = [];
      do {
        const value = primary();
        const isAscending = takes('asc');
        if (!isAscending) takes('desc');
        keys.push({ value, sign: isAscending ? 1 : -1 });
      } while (takes(','));
      stages.push((rows) => ordered(rows, keys));
    } else if (operator === 'limit' || operator === 'take') {
      const count = take();
      if (count.kind !== 'number') return fail();
      stages.push((rows) => rows.slice(0, Number(count.value)));
    } else if (operator === 'count') {
      stages.push((rows) => [{ Count: rows.length }]);
    } else {
      at--;
      return fail();
    }
  }
  if (peek().kind !== 'end') return fail();
  return (rows) => {
    const found: Row[] = [];
    for (const row of rows) if (first.every((condition) => Boolean(condition(row)))) found.push(row);
    return stages.reduce((current, stage) => stage(current), found);
  };
}

function ordered(rows: Row[], keys: { value: Expression; sign: number }[]): Row[] {
  const compare = (a: unknown, b: unknown) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : word(a) < word(b)
        ? -1
        : word(a) > word(b)
          ? 1
          : 0;
  const decorated = rows.map((row) => ({ row, values: keys.map(({ value }) => value(row)) }));
  decorated.sort((a, b) => {
    for (const [index, { sign }] of keys.entries()) {
      const difference = compare(a.values[index], b.values[index]) * sign;
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return decorated.map(({ row }) => row);
}
