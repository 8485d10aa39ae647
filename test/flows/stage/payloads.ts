import { readFileSync } from 'node:fs';
import { sharedFolder } from '../../shared-folder.ts';

/** In the title of a test that needs the folder of real payloads, when the folder is absent. */
export const withReal = sharedFolder
  ? ''
  : ' (skipped: the folder of real payloads does not stand beside this checkout)';

/** The `body` of a payload that was captured, read in place. */
export function realBody<T>(path: string): T {
  const text = readFileSync(`${sharedFolder}/azure/${path}`, 'utf8');
  return (JSON.parse(text) as { body: T }).body;
}

/** One of the project's own payloads, written after the documented shapes. */
export function ownSample<T>(name: string): T {
  return JSON.parse(
    readFileSync(new URL(`../../samples/tickets/${name}.json`, import.meta.url), 'utf8'),
  ) as T;
}
