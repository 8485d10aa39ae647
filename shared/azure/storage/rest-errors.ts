import { isRestError } from '@azure/core-rest-pipeline';

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
