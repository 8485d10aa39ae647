import '../entry.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mutationPage } from '../mutation/page.mjs';

/**
 * Writes docs/mutation.md from what `npm run mutate` printed:
 * `npm run -s mutate -- --json > run.jsonl && node scripts/pages/mutation-page.mjs run.jsonl`. A run of a part replaces
 * the run before. All are kept in docs/mutation.json. Without a file it writes the page anew.
 */
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const store = `${docs}mutation.json`;
const kept = existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : {};
for (const file of process.argv.slice(2))
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { part, ...run } = JSON.parse(line);
    kept[part] = run;
  }
writeFileSync(store, `${JSON.stringify(kept, null, 2)}\n`);
writeFileSync(`${docs}mutation.md`, mutationPage(kept));
