import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventSchema, eventTypes, guardrailsSchema, openApi } from '../../functions/http/openapi.ts';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));

describe('the documents that are made from the schemas', () => {
  it('describes every route in docs/openapi.json (npm run documents writes it)', () => {
    expect(read('openapi.json')).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  it('describes guardrails', () => {
    expect(read('schemas/guardrails.json')).toEqual(JSON.parse(JSON.stringify(guardrailsSchema())));
  });

  it.each(eventTypes)('describes %s', (type) => {
    expect(read(`events/${type}.json`)).toEqual(JSON.parse(JSON.stringify(eventSchema(type))));
  });
});
