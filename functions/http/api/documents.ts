import { eventSchema, eventTypes } from '../schemas/events.ts';
import { guardrailsSchema } from '../schemas/guardrails.ts';
import { openApi } from './openapi.ts';

/** The documents of `docs/` that are made from the schemas, by their names there. */
export const apiDocuments: readonly (readonly [name: string, document: object])[] = [
  ['openapi.json', openApi()],
  ['schemas/guardrails.json', guardrailsSchema()],
  ...eventTypes.map((type) => [`events/${type}.json`, eventSchema(type)] as const),
];
