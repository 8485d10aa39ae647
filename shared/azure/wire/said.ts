import type { PipelinePolicy, PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import type { Problem } from '../../core/errors.ts';

/** What an error body says. */
export interface Said {
  readonly code?: string;
  readonly message?: string;
  readonly target?: string;
  readonly inner?: string;
  readonly details?: readonly Said[];
  /** What stands in `additionalInfo`: which policy forbids it, and why. */
  readonly more?: readonly Problem[];
}

const bodies = new WeakMap<PipelineRequest, string>();

/** Keeps what a refusal says as long as its request lives: the paging of @azure-rest/core-client throws a status alone. */
export const refusalKept: PipelinePolicy = {
  name: 'refusalKeptPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status >= 400 && response.bodyAsText) bodies.set(response.request, response.bodyAsText);
    return response;
  },
};

/**
 * ARM says `{"error":{"code",…}}`, some of its providers `{"Error":{"Code",…}}`. Where the client kept no text of the body,
 * it took its own message from there; where it did, the message may be the whole body, and is not looked at.
 */
export function said(error: RestError): Said {
  const text = error.response?.bodyAsText ?? (error.request && bodies.get(error.request));
  const body = parsed(text) ?? error.details;
  const inner = member(body, 'error') ?? body;
  return asSaid(inner, {
    ...(error.code ? { code: error.code } : {}),
    ...(typeof text === 'string' ? {} : { message: error.message }),
  });
}

function asSaid(value: unknown, otherwise: Said = {}): Said {
  const [code, message, target] = ['code', 'message', 'target'].map((name) => member(value, name));
  const inner = member(member(value, 'innererror'), 'code');
  const details = member(value, 'details');
  const more = member(value, 'additionalinfo');
  return {
    ...otherwise,
    ...(typeof code === 'string' && code !== '' ? { code } : {}),
    ...(typeof message === 'string' && message !== '' ? { message } : {}),
    ...(typeof target === 'string' && target !== '' ? { target } : {}),
    ...(typeof inner === 'string' ? { inner } : {}),
    ...(Array.isArray(details) ? { details: details.map((detail) => asSaid(detail)) } : {}),
    ...(Array.isArray(more) ? { more: more.map(asProblem) } : {}),
  };
}

/**
 * One entry of `additionalInfo` (Azure Policy, "Understand effects": the answer to a request that `deny` refuses). Of what was
 * compared the value is left out: it is part of what was sent.
 */
function asProblem(value: unknown): Problem {
  const info = member(value, 'info');
  const text = (name: string) => {
    const found = member(info, name.toLowerCase());
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const code = String(member(value, 'type') ?? 'AdditionalInfo');
  const assignment = text('policyAssignmentDisplayName') ?? text('policyAssignmentName');
  if (!assignment) return { code, message: JSON.stringify(info) ?? '' };
  const definition = text('policyDefinitionDisplayName') ?? text('policyDefinitionName');
  const evaluated = member(member(info, 'evaluationdetails'), 'evaluatedexpressions');
  const reasons = (Array.isArray(evaluated) ? evaluated : []).map((expression) => {
    const [path, operator, wanted] = ['path', 'operator', 'targetvalue'].map((name) =>
      member(expression, name),
    );
    return `${path} ${operator} ${JSON.stringify(wanted) ?? ''}`.trim();
  });
  const scope = text('policyAssignmentScope');
  const target = text('policyAssignmentId');
  return {
    code,
    message: [
      `The policy assignment "${assignment}"${scope ? ` at ${scope}` : ''} forbids it`,
      ...(definition ? [`by "${definition}"`] : []),
      ...(reasons.length > 0 ? [`because ${reasons.join(' and ')}`] : []),
    ].join(', '),
    ...(target && { target }),
  };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
