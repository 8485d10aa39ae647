import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type JsonObject, object, text } from '../azure/wire/messages.ts';
import { jsonOrText } from '../parsed-json.ts';
import type { DocumentedRoute } from './routes.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const compiled = new WeakMap<JsonObject, ValidateFunction>();
const validatorOf = (schema: JsonObject): ValidateFunction => {
  const validator = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validator);
  return validator;
};

/**
 * What is wrong with an answer. Undefined when nothing is wrong. Bad input gets a 4xx that says why. It never gets a
 * 5xx: a 5xx is for faults of other systems, and here no other system has a fault. `docs/openapi.json` must promise
 * each status and each body.
 */
export function faultOf(
  route: DocumentedRoute | undefined,
  answered: Answered,
  secrets: readonly string[],
): string | undefined {
  const { status, headers, text: body } = answered;
  if (status >= 500) return `answered ${status}`;
  if (secrets.some((secret) => body.includes(secret))) return 'tells a secret';
  if (/\n\s+at .+:\d+/.test(body)) return 'tells where in the code it failed';
  if (!route) return status === 404 && body === '' ? undefined : `answered ${status} where there is no route`;
  if (!route.answers.has(status)) return `answered ${status}, of which docs/openapi.json says nothing`;
  const schema = route.answers.get(status);
  if (!schema || !/\bjson\b/.test(headers.get('content-type') ?? '')) return undefined;
  const validate = validatorOf(schema);
  const value = jsonOrText(body);
  if (!validate(value))
    return `answered ${status} with another body than docs/openapi.json says: ${ajv.errorsText(validate.errors)}`;
  return status >= 400 ? whyNothingIsSaid(status, object(object(value).error)) : undefined;
}

/** A refusal names the field and what is wrong with it. */
function whyNothingIsSaid(status: number, { code, message, details }: JsonObject): string | undefined {
  if (!text(code) || !text(message)?.trim()) return `answered ${status} without a code and a sentence`;
  if (code === 'InternalError') return `answered ${status} with a fault of the app`;
  const saysNothing =
    Array.isArray(details) && details.some((detail) => !text(object(detail).message)?.trim());
  return saysNothing ? `answered ${status} with a problem that says nothing` : undefined;
}
