import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../../simulator/azure/wire/messages.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

/** How an event to the topic differs from what `docs/events` says of its type. Undefined when it does not. */
export function differenceFromDocs(event: JsonObject): string | undefined {
  const type = String(event.type);
  const validate = validators.get(type) ?? ajv.compile(documentOf(type));
  validators.set(type, validate);
  return validate(event) ? undefined : `${type}: ${ajv.errorsText(validate.errors)}`;
}

const documentOf = (type: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/events/${type}.json`, import.meta.url), 'utf8')) as object;
