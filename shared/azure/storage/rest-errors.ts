import { isRestError } from '@azure/core-rest-pipeline';
import { VpnRadiusError } from '../../core/errors.ts';
import { asking, azureError } from '../wire/errors.ts';

/** The code of the storage service: blobs give it as `errorCode`, tables inside `odataError`. */
export function codeOf(error: unknown): string | undefined {
  if (!isRestError(error)) return undefined;
  const { errorCode, odataError } = (error.details ?? {}) as {
    readonly errorCode?: string;
    readonly odataError?: { readonly code?: string };
  };
  return errorCode ?? odataError?.code ?? error.code;
}

/**
 * From a blob service, `ResourceNotFound` means the account itself. It does not mean that the blob is
 * missing.
 */
export const isMissing = (error: unknown, ...codes: readonly string[]): boolean =>
  isRestError(error) && error.statusCode === 404 && codes.includes(codeOf(error) ?? '');

/**
 * One call to the storage service. A row or a blob that is missing is for `call` to notice: any other 404 comes from
 * something on the way, says nothing about it, and passes.
 */
export const askingStorage = <T>(target: string, call: () => Promise<T>): Promise<T> =>
  asking(target, async () => {
    try {
      return await call();
    } catch (error) {
      if (!isRestError(error) || error.statusCode !== 404) throw error;
      throw new VpnRadiusError({ ...azureError(error, target).failure, transient: true });
    }
  });
