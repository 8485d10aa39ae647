import './entry.mjs';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { unzipSync } from 'fflate';
import { root } from './build/build-record.mjs';

// Not before --help is answered, which needs no build.
const { recordStory, stories } = await import('../dist/simulator/upgrade/record.js');
const { linesOf } = await import('../dist/simulator/upgrade/recorded.js');

/** Runs the package of a release on the simulated host, and keeps its histories for the replays of later versions. */
const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-release-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
try {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length !== 1) throw new Error('Name the package of the release: vpn-radius.zip.');
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(resolve(positionals[0]))))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const { version, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const kept = `${root}test/golden/histories/${version}/`;
  mkdirSync(kept, { recursive: true });
  for (const name of Object.keys(stories)) {
    const recorded = await recordStory(join(folder, main), name);
    writeFileSync(`${kept}${name}.jsonl`, linesOf(recorded));
    console.log(JSON.stringify({ version, story: name, instances: recorded.length }));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
