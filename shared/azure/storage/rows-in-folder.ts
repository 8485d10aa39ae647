import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failed } from '../../core/errors.ts';
import { sha256 } from '../../core/sha256.ts';
import type { Row, Rows, SpoiltRow } from '../../ports.ts';
import { readableRow, rowOf } from './row.ts';

interface Line {
  readonly key: string;
  /** Null for a row that was removed. */
  readonly json: string | null;
}

interface Partition {
  readonly rows: Map<string, { readonly json: string; readonly version: string }>;
  /** The keys in order. Undefined after the keys have changed. */
  keys: readonly string[] | undefined;
  /** How many bytes of the file these rows cover. */
  size: number;
  writes: number;
}

/**
 * Rows in a folder, for a host without a storage account: one file for each partition, to which every write
 * adds a line. Each read and each write is one step, so two in one process happen one after the other. Two
 * processes must not write at the same time.
 */
export function rowsInFolder(folder: string): Rows {
  const root = resolve(folder);
  const partitions = new Map<string, Partition>();
  const fileOf = (partition: string) => {
    if (!/^[a-z0-9][a-z0-9._-]*$/.test(partition))
      throw failed('DocumentNameInvalid', 'The name of a partition has only a-z, 0-9 and . _ -', partition);
    return join(root, `${partition}.jsonl`);
  };

  function load(name: string): Partition {
    const file = fileOf(name);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    const known = partitions.get(name);
    if (known?.size === size) return known;
    const partition = size === 0 ? emptyPartition() : readPartition(file);
    partitions.set(name, partition);
    return partition;
  }

  function write(name: string, key: string, value: unknown): void {
    const file = fileOf(name);
    const partition = load(name);
    const line = `${JSON.stringify({ key, json: value === undefined ? null : JSON.stringify(value) } satisfies Line)}\n`;
    mkdirSync(root, { recursive: true, mode: 0o700 });
    appendFileSync(file, line, { mode: 0o600 });
    applied(partition, JSON.parse(line) as Line);
    partition.size += Buffer.byteLength(line);
    if (partition.writes > 1000 && partition.writes > partition.rows.size * 4) rewrite(file, partition);
  }

  return {
    async read<T>(partition: string, key: string) {
      const row = rowInPartition<T>(partition, load(partition), key);
      return row && readableRow(row);
    },
    async insert(partition, key, value) {
      if (load(partition).rows.has(key)) return false;
      write(partition, key, value);
      return true;
    },
    async put(partition, key, value) {
      write(partition, key, value);
    },
    async replace(partition, { key, version }, value) {
      if (load(partition).rows.get(key)?.version !== version) return false;
      write(partition, key, value);
      return true;
    },
    async remove(partition, key, version) {
      const row = load(partition).rows.get(key);
      if (row && version !== undefined && row.version !== version) return false;
      if (row) write(partition, key, undefined);
      return true;
    },
    async page<T>(name: string, { after, before, limit }: Parameters<Rows['page']>[1]) {
      const partition = load(name);
      partition.keys ??= [...partition.rows.keys()].sort();
      const { keys } = partition;
      const from = after === undefined ? 0 : firstAfter(keys, after);
      return keys
        .slice(from, from + limit)
        .filter((key) => before === undefined || key < before)
        .map((key) => rowInPartition<T>(name, partition, key)!);
    },
  };
}

const emptyPartition = (): Partition => ({ rows: new Map(), keys: undefined, size: 0, writes: 0 });

/** A line that a kill has cut off was never answered. It is dropped before the next line is written. */
function readPartition(file: string): Partition {
  const text = readFileSync(file, 'utf8');
  const partition = emptyPartition();
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  for (const [index, line] of lines.entries())
    if (line !== '') applied(partition, lineIn(line) ?? spoiltLine(line, index + 1));
  if (!text.endsWith('\n')) rewrite(file, partition);
  else partition.size = Buffer.byteLength(text);
  return partition;
}

function lineIn(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line | null;
    const isLine = typeof line?.key === 'string' && (line.json === null || typeof line.json === 'string');
    return isLine ? line : undefined;
  } catch {
    return undefined;
  }
}

/** A damaged row stays in the place of the row, as far as its key can still be read, and is kept as it is. */
function spoiltLine(text: string, number: number): Line {
  const key = /^\{"key":"([a-z0-9._-]+)"/.exec(text)?.[1] ?? `unreadable-line-${number}`;
  return { key, json: `no row: ${text}` };
}

function rewrite(file: string, partition: Partition): void {
  const text = [...partition.rows]
    .map(([key, { json }]) => `${JSON.stringify({ key, json } satisfies Line)}\n`)
    .join('');
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  partition.size = Buffer.byteLength(text);
  partition.writes = partition.rows.size;
}

function applied(partition: Partition, { key, json }: Line): void {
  const { rows } = partition;
  partition.writes++;
  if (rows.has(key) !== (json !== null)) partition.keys = undefined;
  if (json === null) rows.delete(key);
  // The count begins again when the file is rewritten, so it alone could be that of a row that was read long ago.
  else rows.set(key, { json, version: `${partition.writes}-${sha256(json)}` });
}

function rowInPartition<T>(name: string, { rows }: Partition, key: string): Row<T> | SpoiltRow | undefined {
  const row = rows.get(key);
  return row && rowOf<T>(name, key, row.json, row.version);
}

function firstAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
