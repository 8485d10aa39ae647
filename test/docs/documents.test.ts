import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiDocuments } from '../../functions/http/api/documents.ts';

it.each(apiDocuments)('docs/%s is as the schemas are (npm run documents writes it)', (name, document) => {
  const written = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(document)));
});
