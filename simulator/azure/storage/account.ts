import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { empty, type WireRequest, type WireResponse } from '../wire/messages.ts';
import { answerBlobs } from './blobs.ts';
import {
  type Blob,
  entityKey,
  type StorageAccount,
  type StorageChange,
  type TableEntity,
} from './content.ts';
import { answerTables } from './tables.ts';

/**
 * Blobs and tables of one account, under `/blobs/` and `/tables/`. With a file they are kept after the process ends.
 */
export interface SimulatedStorage extends StorageAccount {
  handle(request: WireRequest): WireResponse;
}

export const isStoragePath = (path: string): boolean => /^\/(blobs|tables)(\/|$)/.test(path);

export function simulatedStorage(clock: Clock, file?: string): SimulatedStorage {
  const containers = new Map<string, Map<string, Blob>>();
  const tables = new Map<string, Map<string, TableEntity>>();
  let changes = 0;

  function apply(change: StorageChange, at: string): void {
    const etag = `"0x${(++changes).toString(16).toUpperCase().padStart(15, '8D')}"`;
    if ('made' in change) {
      const made = change.made === 'tables' ? tables : containers;
      made.set(change.name, new Map());
    } else if ('blob' in change) {
      const blobs = containers.get(change.container)!;
      if (change.content === null) blobs.delete(change.blob);
      else blobs.set(change.blob, { content: Buffer.from(change.content, 'base64'), etag, at });
    } else {
      const entities = tables.get(change.table)!;
      const key = entityKey(change.partition, change.row);
      if (change.properties === null) entities.delete(key);
      else entities.set(key, { properties: change.properties, etag: `W/${etag}`, at });
    }
  }

  if (file && existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // A kill may cut off the last line. Its change was never answered, and nothing may be written after such a line.
    if (whole !== text) writeFileSync(file, whole);
    for (const line of whole.split('\n').slice(0, -1)) {
      const { at, change } = JSON.parse(line) as { at: string; change: StorageChange };
      apply(change, at);
    }
  }
  const account: StorageAccount = {
    containers,
    tables,
    blocks: new Map(),
    change(change) {
      const at = clock.now().toISOString();
      if (file) {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        appendFileSync(file, Buffer.from(`${JSON.stringify({ at, change })}\n`), { mode: 0o600 });
      }
      apply(change, at);
    },
  };
  return {
    ...account,
    handle(request) {
      const url = new URL(request.url);
      // Other ways to sign in (shared keys, signatures) are not imitated.
      if (!/^Bearer ./.test(request.headers.authorization ?? '')) return empty(401);
      const path = url.pathname.split('/').slice(2).map(decodeURIComponent);
      return url.pathname.startsWith('/blobs/')
        ? answerBlobs(account, request, url, path)
        : answerTables(account, request, url, path);
    },
  };
}
