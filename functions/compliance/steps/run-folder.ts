import { failed, senselessAnswer, VpnRadiusError } from '../../../shared/core/errors.ts';
import { fromJsonParts, jsonParts } from '../../../shared/core/json-parts.ts';
import type { Documents } from '../../../shared/ports.ts';

/**
 * What the steps of a run hand on to each other, because a history holds only names and counts. Nothing in it is
 * secret. It is removed when the run has ended.
 */
export function runFolder(store: Documents, runId: string) {
  const at = (name: string) => `runs/${runId}/${name}.json`;
  const kept = <T>(value: T | undefined, name: string): T => {
    if (value !== undefined) return value;
    throw failed(
      'RunFolderIncomplete',
      `${name} of this run no longer exists. Start the check again.`,
      at(name),
    );
  };
  return {
    write: (name: string, value: unknown) => store.write(at(name), JSON.stringify(value), 'application/json'),
    async find<T>(name: string): Promise<T | undefined> {
      const text = await store.read(at(name));
      return text === undefined ? undefined : sensible<T>(at(name), () => JSON.parse(text));
    },
    async read<T>(name: string): Promise<T> {
      return kept(await this.find<T>(name), name);
    },
    /** For values that grow with the number of gateways: no whole text of them is held in memory as well. */
    writeLarge: (name: string, value: unknown) =>
      store.writeParts(at(name), () => jsonParts(value), 'application/json'),
    async readLarge<T>(name: string): Promise<T> {
      const parts = await store.readParts(at(name));
      return kept(parts && (await sensible<T>(at(name), () => fromJsonParts(parts))), name);
    },
  };
}

/** The app writes only JSON there. An answer that is not JSON is not what was written, so it is read again. */
export async function sensible<T>(target: string, read: () => unknown): Promise<T> {
  try {
    return (await read()) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new VpnRadiusError(senselessAnswer('The storage account', 'is not JSON', target));
  }
}
