import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';

/**
 * Packs what the Functions host needs of the built app into a zip: the bundle, the PowerShell module that it sends to NPS
 * servers, `host.json`, and of `package.json` what Node.js reads. The same build gives the same bytes. Usage: `[ZIP]`.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.argv[2] ?? `${root}vpn-radius.zip`);

const { name, version, license, type, main, engines } = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
);
const contents = {
  'host.json': readFileSync(`${root}host.json`),
  'package.json': Buffer.from(
    `${JSON.stringify({ name, version, license, private: true, type, main, engines }, null, 2)}\n`,
  ),
};
for (const folder of ['dist/functions', 'dist/nps'])
  for (const entry of readdirSync(root + folder, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.length);
    if (entry.isFile() && isNeeded(path)) contents[path] = readFileSync(root + path);
  }

/** The stand-ins and the checks by hand in `nps/` are no part of the module. */
function isNeeded(path) {
  return path.startsWith('dist/functions/') || (/\.psm?1$/.test(path) && !/\/(standins|verify)\//.test(path));
}

// A zip has no time zone: a date given in local time is the same everywhere. Readable for everyone, as Unix says it.
const entry = { mtime: new Date(2000, 0, 1), os: 3, attrs: 0o100644 << 16 };
const sorted = Object.entries(contents).sort(([one], [other]) => (one < other ? -1 : 1));
const zip = zipSync(Object.fromEntries(sorted.map(([path, bytes]) => [path, [bytes, entry]])), { level: 9 });

mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, zip);
const sha256 = createHash('sha256').update(zip).digest('hex');
console.log(JSON.stringify({ file: target, version, files: sorted.length, bytes: zip.length, sha256 }));
