import type { PipelinePolicy, PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import type { Problem } from '../../core/errors.ts';
import { jsonIn } from '../../core/json-parts.ts';

/** The content of an error body. */
export interface Said {
  readonly code?: string;
  readonly message?: string;
  readonly target?: string;
  readonly inner?: string;
  readonly details?: readonly Said[];
  /** The content of `additionalInfo`: which policy forbids the request, and why. */
  readonly more?: readonly Problem[];
}

const bodies = new WeakMap<PipelineRequest, string>();

/**
 * Keeps the text of a refusal as long as its request lives: the paging of @azure-rest/core-client throws only
 * a status.
 */
export const refusalKept: PipelinePolicy = {
  name: 'refusalKeptPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status >= 400 && response.bodyAsText) bodies.set(response.request, response.bodyAsText);
    return response;
  },
};

/**
 * ARM answers `{"error":{"code",…}}`, some of its providers `{"Error":{"Code",…}}`, a table
 * `{"odata.error":{"code","message":{"value"}}}`. When the client kept no
 * text of the body, it took its own message from there. When it did keep the text, its message may be the
 * whole body, so that message is not used.
 */
export function said(error: RestError): Said {
  const text = error.response?.bodyAsText ?? (error.request && bodies.get(error.request));
  const body = jsonIn(text) ?? error.details;
  const inner = member(body, 'error') ?? member(body, 'odata.error') ?? body;
  return asSaid(inner, {
    ...(error.code ? { code: error.code } : {}),
    ...(typeof text === 'string' ? {} : { message: error.message }),
  });
}

/** The content of `error`, in a refusal or in the status of a failed operation. */
export function asSaid(value: unknown, otherwise: Said = {}): Said {
  const [code, sentence, target] = ['code', 'message', 'target'].map((name) => member(value, name));
  const message = member(sentence, 'value') ?? sentence;
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
 * One entry of `additionalInfo` (Azure Policy, "Understand effects": the answer to a request that `deny`
 * refuses). The compared values are left out, because they are part of the request.
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
