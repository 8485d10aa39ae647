import '../entry.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes the documents that are made from the schemas. `test/docs/documents.test.ts` compares them. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = `${root}docs/`;
const outfile = `${root}dist/documents.js`;
await build({
  absWorkingDir: root,
  entryPoints: ['functions/http/api/documents.ts'],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { apiDocuments } = await import('../../dist/documents.js');

mkdirSync(`${docs}events`, { recursive: true });
for (const [name, document] of apiDocuments)
  writeFileSync(docs + name, `${JSON.stringify(document, null, 2)}\n`);
