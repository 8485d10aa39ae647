import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { recordOf } from './build-record.mjs';

/**
 * Puts a build, which is a folder beside `dist`, in the place of `dist`. Between two renames there is no `dist`, for
 * less than a millisecond.
 */
export function replaceDist(root, built) {
  keepPartsInUse(`${root}dist`, root + built);
  const before = `${root}${built}-before`;
  for (let attempt = 1; ; attempt++) {
    if (existsSync(`${root}dist`)) renameSync(`${root}dist`, before);
    try {
      renameSync(root + built, `${root}dist`);
      return;
    } catch (error) {
      // Another build was quicker.
      if (attempt === 5) throw error;
    } finally {
      rmSync(before, { recursive: true, force: true });
    }
  }
}

/**
 * A process that runs from `dist` loads some parts of the bundle only when it needs them, and their names change with
 * the code. So they stay for one more build. The record of the new build does not name them, so no package holds them.
 */
function keepPartsInUse(dist, built) {
  for (const file of Object.keys(recordOf(dist)?.files ?? {}))
    if (file.startsWith('functions/') && !existsSync(`${built}/${file}`) && existsSync(`${dist}/${file}`))
      cpSync(`${dist}/${file}`, `${built}/${file}`);
}

/** Removes what killed builds have left. */
export function removeLeftOvers(root) {
  for (const name of readdirSync(root)) {
    const pid = /^\.build-(\d+)(-before)?$/.exec(name)?.[1];
    if (pid !== undefined && !runs(Number(pid))) rmSync(root + name, { recursive: true, force: true });
  }
}

function runs(pid) {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    return code === 'EPERM';
  }
}
