import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { VpnRadiusError } from '../../core/errors.ts';
import { asking, azureError } from '../wire/errors.ts';

/** The code of the storage service: blobs give it as `errorCode`, tables inside `odataError`. */
export const codeOf = (error: unknown): string | undefined =>
  isRestError(error) ? (givenCodeOf(error) ?? error.code) : undefined;

function givenCodeOf({ details }: RestError): string | undefined {
  const { errorCode, odataError } = (details ?? {}) as {
    readonly errorCode?: string;
    readonly odataError?: { readonly code?: string };
  };
  return errorCode ?? odataError?.code;
}

/**
 * From a blob service, `ResourceNotFound` means the account itself. It does not mean that the blob is
 * missing.
 */
export const isMissing = (error: unknown, ...codes: readonly string[]): boolean =>
  isRestError(error) && error.statusCode === 404 && codes.includes(codeOf(error) ?? '');

/**
 * One call to the storage service. A row or a blob that is missing is for `call` to notice. Any other 404, and a refusal
 * without a code of the service (half a body, the page of a proxy), comes from something on the way and passes.
 */
export const askingStorage = <T>(target: string, call: () => Promise<T>): Promise<T> =>
  asking(target, async () => {
    try {
      return await call();
    } catch (error) {
      if (!isRestError(error) || error.statusCode === undefined) throw error;
      if (error.statusCode !== 404 && givenCodeOf(error)) throw error;
      throw new VpnRadiusError({ ...azureError(error, target).failure, transient: true });
    }
  });
