/**
 * Route templates of HTTP triggers: `deployments/{id}`, `{system?}`, `{count:int}`, `{*rest}`, `{name=default}`.
 * Matching and precedence are those of ASP.NET Core routing and of `WebJobsRouteBuilder` in azure-webjobs-sdk-extensions.
 */
export interface Route {
  template: string;
  segments: Segment[];
  /** Upper case. Undefined means every method. */
  methods: string[] | undefined;
}

type Segment = { text: string } | Parameter;

interface Parameter {
  parameter: string;
  isOptional: boolean;
  isCatchAll: boolean;
  fallback: string | undefined;
  constraints: ((value: string) => boolean)[];
}

export function parseRoute(template: string, methods?: string[]): Route {
  const segments = template
    .split('/')
    .filter(Boolean)
    .map((part) => segment(part, template));
  return { template, segments, methods: methods?.map((method) => method.toUpperCase()) };
}

/** The route's parameters when `path` (without leading slash, still encoded) fits it. Texts compare without case. */
export function matchRoute({ segments }: Route, path: string): Record<string, string> | undefined {
  const parts = path.split('/').filter(Boolean).map(decode);
  const values: Record<string, string> = {};
  for (const [index, expected] of segments.entries()) {
    const part = parts[index];
    if ('text' in expected) {
      if (part?.toLowerCase() !== expected.text.toLowerCase()) return undefined;
      continue;
    }
    const value =
      expected.isCatchAll && part !== undefined ? parts.slice(index).join('/') : (part ?? expected.fallback);
    if (value === undefined) {
      if (!expected.isOptional && !expected.isCatchAll) return undefined;
      continue;
    }
    if (!expected.constraints.every((holds) => holds(value))) return undefined;
    values[expected.parameter] = value;
    if (expected.isCatchAll) return values;
  }
  return parts.length <= segments.length ? values : undefined;
}

/**
 * The order in which routes are tried: texts before parameters, constrained parameters before free ones, longer routes
 * before shorter ones.
 */
export function compareRoutes(a: Route, b: Route): number {
  for (const [index, left] of a.segments.entries()) {
    const right = b.segments[index];
    if (!right) return -1;
    if ('text' in left && 'text' in right) {
      const order = left.text.toLowerCase().localeCompare(right.text.toLowerCase());
      if (order !== 0) return order;
    } else if ('text' in left) {
      return -1;
    } else if ('text' in right) {
      return 1;
    } else if (left.constraints.length !== right.constraints.length) {
      return right.constraints.length - left.constraints.length;
    }
  }
  return b.segments.length - a.segments.length;
}

const constraints: Record<string, (argument: string) => (value: string) => boolean> = {
  int: () => (value) => /^[+-]?\d+$/.test(value) && Math.abs(Number(value)) <= 2 ** 31,
  long: () => (value) => /^[+-]?\d+$/.test(value),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  decimal: () => (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  double: () => (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  required: () => (value) => value !== '',
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  length: (argument) => (value) => isWithin(value.length, argument),
  min: (argument) => (value) => Number(value) >= Number(argument),
  max: (argument) => (value) => Number(value) <= Number(argument),
  range: (argument) => (value) => isWithin(Number(value), argument),
  regex: (argument) => {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  },
};

function isWithin(value: number, limits: string): boolean {
  const [low = 0, high = low] = limits.split(',').map(Number);
  return value >= low && value <= high;
}

function segment(part: string, template: string): Segment {
  const inner = /^\{([^{}]+)\}$/.exec(part)?.[1];
  if (inner === undefined) {
    if (/[{}]/.test(part)) {
      throw new Error(
        `route "${template}": a segment that mixes text and parameters ("${part}") is not imitated.`,
      );
    }
    return { text: part };
  }
  const [, stars = '', name = '', rules = '', fallback, optional] =
    /^(\**)([^:=?]+)((?::[^:=?(]+(?:\([^)]*\))?)*)(?:=([^?]*))?(\?)?$/.exec(inner) ?? [];
  if (!name) throw new Error(`route "${template}": "${part}" is not a route parameter.`);
  return {
    parameter: name,
    isOptional: optional === '?',
    isCatchAll: stars !== '',
    fallback,
    constraints: [...rules.matchAll(/:([^:(]+)(?:\(([^)]*)\))?/g)].map(([, rule = '', argument = '']) => {
      const constraint = constraints[rule.toLowerCase()];
      if (!constraint) throw new Error(`route "${template}": the constraint "${rule}" is not known.`);
      return constraint(argument);
    }),
  };
}

/** A `%2F` stays as it was sent: the real host takes the path from Kestrel, which decodes all other characters. */
function decode(part: string): string {
  try {
    return part
      .split(/(%2f)/i)
      .map((text) => (/^%2f$/i.test(text) ? text : decodeURIComponent(text)))
      .join('');
  } catch {
    return part;
  }
}
