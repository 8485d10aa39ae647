import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../shared', import.meta.url));

/**
 * The folder of recordings, specifications and tools that may be beside this checkout. Users do not have it: tests that
 * need it are skipped when it is absent.
 */
export const sharedFolder: string | undefined = existsSync(`${beside}/azure`) ? beside : undefined;
