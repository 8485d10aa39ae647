import '../entry.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { benchmarksPage, scalePage } from './benchmark-tables.mjs';

/**
 * Writes docs/benchmarks.md and docs/scale.md from what `npm run bench` printed:
 * `npm run -s bench > run.jsonl && node scripts/pages/benchmark-pages.mjs run.jsonl`. The figures of a benchmark replace
 * those of its run before, by name, and each keeps the date of its run. All are kept in docs/benchmarks.json. Without a
 * file it writes the pages anew.
 */
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const store = `${docs}benchmarks.json`;
const kept = existsSync(store) ? JSON.parse(readFileSync(store, 'utf8')) : {};

const files = process.argv.slice(2);
const figures = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line)),
);
const date = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
for (const { bench, name, value, unit } of figures)
  kept[bench] = { figures: { ...kept[bench]?.figures, [name]: { value, unit, date, machine } } };
writeFileSync(store, `${JSON.stringify(kept, null, 2)}\n`);
writeFileSync(`${docs}benchmarks.md`, benchmarksPage(kept));
writeFileSync(`${docs}scale.md`, scalePage(kept));
