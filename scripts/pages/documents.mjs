import '../entry.mjs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes the documents that are made from the schemas. With `--check` it only says whether they are up to date. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = `${root}docs/`;
const outfile = `${root}dist/documents.js`;
await build({
  absWorkingDir: root,
  entryPoints: ['functions/http/openapi.ts'],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { eventSchema, eventTypes, guardrailsSchema, openApi } = await import('../../dist/documents.js');
const documents = [
  ['openapi.json', openApi()],
  ['schemas/guardrails.json', guardrailsSchema()],
  ...eventTypes.map((type) => [`events/${type}.json`, eventSchema(type)]),
];

mkdirSync(`${docs}events`, { recursive: true });
let stale = 0;
for (const [name, document] of documents) {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(docs + name, text);
  else if (readFileSync(docs + name, 'utf8') !== text) {
    console.error(`docs/${name} is stale: npm run documents`);
    stale++;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
