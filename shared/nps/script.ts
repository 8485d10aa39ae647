import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '../core/sha256.ts';

/** `nps/` is beside `shared/` in the source tree, and beside the one folder of the bundle in the built app. */
const folder = ['../nps/', '../../nps/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(new URL('VpnNps.psm1', url)));

const read = (path: string) => readFileSync(new URL(path, folder), 'utf8').replaceAll('\r\n', '\n');

const dotSourced = /^\. "\$PSScriptRoot\/(.+)"$/;
const moduleImport = /^ *Import-Module "\$PSScriptRoot\/VpnNps\.psm1".*$/m;

/**
 * The module VpnNps and `nps/run-command.ps1` as one script text, for the `source.script` of a managed run command:
 * parameters `Operation`, `DesiredState` and `SharedSecret`, the last two in base64.
 */
export function npsRunCommandScript(): string {
  script ??= assembled();
  return script;
}

/**
 * Kept in memory: the files do not change while the app runs, and a check of a large fleet sends the script a thousand
 * times.
 */
let script: string | undefined;

function assembled(): string {
  const module = read('VpnNps.psm1')
    .split('\n')
    .filter((line) => !line.startsWith('Export-ModuleMember'))
    .map((line) => {
      const file = dotSourced.exec(line)?.[1];
      return file === undefined ? line : read(file);
    })
    .join('\n');
  const entry = read('run-command.ps1');
  if (!moduleImport.test(entry))
    throw new Error('nps/run-command.ps1 does not import VpnNps.psm1, so it cannot be replaced');
  return entry.replace(moduleImport, () => module);
}

let digest: string | undefined;

/**
 * Which module an NPS server gets: the SHA-256 of the script, because the version does not show every change of the
 * script.
 */
export function npsModuleVersion(): string {
  digest ??= sha256(npsRunCommandScript());
  return `sha256:${digest}`;
}
