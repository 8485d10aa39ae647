import '../entry.mjs';
import { readFileSync, statSync } from 'node:fs';
import { filesBelow, root } from '../build/build-record.mjs';

/**
 * How much disk space `npm ci` needs, as one JSON line; 1 when it is more than the limit. Megabytes and blocks are
 * those of `du -m`. Two things keep it small. The few requests to Azure's compute provider work without its SDK. And
 * `overrides` leaves out @azure/msal-browser (20 MB), which @azure/identity loads only in browsers.
 */
const limitMegabytes = 350;
const folder = `${root}node_modules`;
const megabytesOf = {};
for (const file of filesBelow(folder)) {
  const name = /^(@[^/]+\/)?[^/]+/.exec(file)[0];
  megabytesOf[name] =
    (megabytesOf[name] ?? 0) + (Math.ceil(statSync(`${folder}/${file}`).size / 4096) * 4096) / 2 ** 20;
}
const megabytes = Math.round(Object.values(megabytesOf).reduce((sum, one) => sum + one, 0));
const { packages } = JSON.parse(readFileSync(`${folder}/.package-lock.json`, 'utf8'));
const largest = Object.entries(megabytesOf)
  .sort(([, one], [, other]) => other - one)
  .slice(0, 8)
  .map(([name, size]) => ({ name, megabytes: Math.round(size) }));
console.log(JSON.stringify({ megabytes, limitMegabytes, packages: Object.keys(packages).length, largest }));
process.exitCode = megabytes > limitMegabytes ? 1 : 0;
