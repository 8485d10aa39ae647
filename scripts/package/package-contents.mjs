import { readFileSync } from 'node:fs';
import { recordOf, root } from '../build/build-record.mjs';
import { hostJson } from './host-json.mjs';

/**
 * What the Functions host needs of the built app, by path: the bundle, the operations page, the PowerShell module that
 * the app sends to NPS servers, the host.json for this backend, the parts of package.json that Node.js reads, and the
 * licences of the packages.
 */
export function packageContents(backend) {
  const { name, version, license, type, main, engines } = JSON.parse(
    readFileSync(`${root}package.json`, 'utf8'),
  );
  const contents = {
    'host.json': jsonFile(hostJson(backend)),
    'package.json': jsonFile({ name, version, license, private: true, type, main, engines }),
    LICENSE: readFileSync(`${root}LICENSE`),
  };
  for (const file of Object.keys(recordOf(`${root}dist`).files).filter(isNeeded))
    contents[`dist/${file}`] = readFileSync(`${root}dist/${file}`);
  return contents;
}

const jsonFile = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/** The stand-ins and the manual checks in `nps/` are no part of the module. */
function isNeeded(file) {
  return (
    file.startsWith('functions/') ||
    file.startsWith('portal/') ||
    file === 'THIRD-PARTY-LICENSES.txt' ||
    (/^nps\/.*\.psm?1$/.test(file) && !/\/(standins|verify)\//.test(file))
  );
}
