import '../entry.mjs';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { root } from '../build/build-record.mjs';
import { backendOf, hostJson } from './host-json.mjs';
import { packageContents } from './package-contents.mjs';

/** Packs the built app into a zip, or into a folder that azd zips. The same build gives the same bytes. */
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string' },
      backend: { type: 'string', default: process.env.DURABLE_BACKEND || 'azureStorage' },
      check: { type: 'boolean', default: false },
    },
  });
  hostJson(values.backend);
  if (values.check) check(resolve(values.folder), values.backend);
  else if (values.folder) writeFolder(resolve(values.folder), packageContents(values.backend));
  else writeZip(resolve(positionals[0] ?? `${root}vpn-radius.zip`), packageContents(values.backend));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function writeZip(file, contents) {
  // A zip has no time zone: a date that is given in local time is the same everywhere. The files are readable for
  // everyone, by the Unix mode.
  const entry = { mtime: new Date(2000, 0, 1), os: 3, attrs: 0o100644 << 16 };
  const sorted = Object.entries(contents).sort(([one], [other]) => (one < other ? -1 : 1));
  const zip = zipSync(Object.fromEntries(sorted.map(([path, bytes]) => [path, [bytes, entry]])), {
    level: 9,
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, zip);
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const { version } = JSON.parse(contents['package.json']);
  const backend = backendOf(JSON.parse(contents['host.json']));
  console.log(JSON.stringify({ file, version, backend, files: sorted.length, bytes: zip.length, sha256 }));
}

/** An earlier package there is removed. A folder with anything else is left as it is. */
function writeFolder(folder, contents) {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(`${folder}/host.json`))
    throw new Error(`${folder} contains other files than a package. Name another folder, or empty it.`);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of Object.entries(contents)) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, bytes);
  }
  const backend = backendOf(JSON.parse(contents['host.json']));
  console.log(JSON.stringify({ folder, backend, files: Object.keys(contents).length }));
}

/** `azd up` packs before it provisions. So the provisioned backend may be another one than the packed backend. */
function check(folder, backend) {
  const packed = backendOf(JSON.parse(readFileSync(`${folder}/host.json`, 'utf8')));
  if (packed !== backend)
    throw new Error(
      `The package keeps the durable state in ${packed}, but the installation is for ${backend}. Set one backend for both: azd env set DURABLE_BACKEND ${backend}. Then: azd deploy`,
    );
  console.log(`The package is for ${backend}, as the installation is.`);
}
