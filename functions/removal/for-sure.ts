/**
 * Reads again what seems to be absent: a single 404 of Azure may pass, and what does not exist is not removed, or counts
 * as removed.
 */
export const readForSure = async <T>(read: () => Promise<T | undefined>): Promise<T | undefined> =>
  (await read()) ?? read();
