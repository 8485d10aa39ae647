import type { JsonObject } from '../wire/messages.ts';

export interface Blob {
  readonly content: Buffer;
  readonly etag: string;
  readonly at: string;
}

export interface TableEntity {
  readonly properties: JsonObject;
  readonly etag: string;
  readonly at: string;
}

/** What a storage account holds. Every change is one step: first it is written to the file, then it takes effect. */
export interface StorageAccount {
  readonly containers: ReadonlyMap<string, ReadonlyMap<string, Blob>>;
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, TableEntity>>;
  /** Blocks that were sent and not yet committed, by blob and id; a process that ends loses them. */
  readonly blocks: Map<string, Buffer>;
  change(change: StorageChange): void;
}

export type StorageChange =
  | { readonly made: 'containers' | 'tables'; readonly name: string }
  /** Base64; null for a blob that was deleted. */
  | { readonly container: string; readonly blob: string; readonly content: string | null }
  | {
      readonly table: string;
      readonly partition: string;
      readonly row: string;
      readonly properties: JsonObject | null;
    };

export const entityKey = (partition: string, row: string): string => `${partition}\n${row}`;
