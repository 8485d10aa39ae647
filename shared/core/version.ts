import { readFileSync } from 'node:fs';

/**
 * The version of this app. `package.json` is one level above `shared/` in the source tree and above `dist/` in the
 * built app.
 */
export const version: string = ['../package.json', '../../package.json', '../../../package.json'].flatMap(
  (path) => {
    try {
      return [
        (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version,
      ];
    } catch {
      return [];
    }
  },
)[0]!;
