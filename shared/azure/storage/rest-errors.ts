import { isRestError } from '@azure/core-rest-pipeline';

/** The code of the storage service: blobs say it as `errorCode`, tables within `odataError`. */
export function codeOf(error: unknown): string | undefined {
  if (!isRestError(error)) return undefined;
  const { errorCode, odataError } = (error.details ?? {}) as {
    readonly errorCode?: string;
    readonly odataError?: { readonly code?: string };
  };
  return errorCode ?? odataError?.code ?? error.code;
}

/** `ResourceNotFound` of a blob service is the account itself, which is no "there is none". */
export const isMissing = (error: unknown, ...codes: readonly string[]): boolean =>
  isRestError(error) && error.statusCode === 404 && codes.includes(codeOf(error) ?? '');
