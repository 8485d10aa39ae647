/**
 * An append-only file of JSON lines in a folder that belongs to one host at a time.
 *
 * A line is handed to the operating system before `append` returns, so it survives every way of killing the process.
 * For a power failure, the file is synchronized to disk in the background, one sync at a time. Such a failure loses at
 * most the lines of the last moments, and never a part of a line. Opening compacts the file: the caller says which
 * lines to keep.
 */

import * as fs from 'node:fs';
import { join } from 'node:path';
import { isJson } from '../parsed-json.ts';

export interface Journal {
  /** Lines that were in the file when it was opened, oldest first. */
  readonly lines: readonly string[];
  /** Continues with these lines in place of everything before. */
  rewrite(lines: string[]): void;
  append(line: string): void;
  /** Whether later lines have probably replaced most of the file, so that rewriting it is worth the time. */
  outgrown(): boolean;
  close(): void;
}

const fileName = 'journal.jsonl';

/** A journal that remembers nothing: for a host without a state folder. It may begin with what such a folder holds. */
export function journalInMemory(folder?: string): Journal {
  const lines = folder === undefined ? [] : readLines(join(folder, fileName));
  return { lines, rewrite() {}, append() {}, outgrown: () => false, close() {} };
}

const smallFileBytes = 4 * 1024 * 1024;
const ownedHere = new Set<string>();

/**
 * Throws when another host uses the folder, or when the file is damaged. At its end a line may be cut off, which is
 * allowed.
 */
export function openJournal(folder: string): Journal {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const directory = fs.realpathSync(folder);
  const unlock = lock(directory);
  const file = join(directory, fileName);
  let lines: string[];
  try {
    lines = fs.existsSync(file) ? readLines(file) : [];
  } catch (error) {
    unlock();
    throw error;
  }
  let descriptor = -1;
  let bytes = 0;
  let bytesWhenRewritten = 0;
  let isSyncing = false;
  let isDirty = false;
  let isClosed = false;
  let failure: Error | undefined;

  const sync = () => {
    if (isSyncing || !isDirty || isClosed || descriptor === -1) return;
    isSyncing = true;
    isDirty = false;
    fs.fdatasync(descriptor, () => {
      isSyncing = false;
      sync();
    });
  };

  return {
    lines,
    rewrite(next) {
      const temporary = `${file}.new`;
      // The content is only for the user of the host. The mode counts only for a file that is created.
      fs.rmSync(temporary, { force: true });
      const target = fs.openSync(temporary, 'w', 0o600);
      bytes = writeAll(target, next.map((line) => `${line}\n`).join(''));
      bytesWhenRewritten = bytes;
      fs.fsyncSync(target);
      fs.closeSync(target);
      fs.renameSync(temporary, file);
      if (descriptor !== -1) fs.closeSync(descriptor);
      descriptor = fs.openSync(file, 'a', 0o600);
    },
    append(line) {
      if (isClosed) throw new Error('The journal is closed.');
      if (failure) throw failure;
      try {
        bytes += writeAll(descriptor, `${line}\n`);
      } catch (error) {
        // A part of the line may have been written. Nothing may be written after it.
        failure = new Error(
          `${file} cannot be written (${(error as Error).message}); the host goes no further.`,
        );
        throw failure;
      }
      isDirty = true;
      sync();
    },
    outgrown: () => bytes > smallFileBytes && bytes > 3 * bytesWhenRewritten,
    close() {
      if (isClosed) return;
      isClosed = true;
      if (descriptor !== -1) {
        fs.fdatasyncSync(descriptor);
        fs.closeSync(descriptor);
      }
      unlock();
    },
  };
}

/**
 * The last simulated time in a state folder, so that a clock can continue from there. Undefined when the folder is new.
 * Lines carry their time in `at`.
 */
export function lastKnownTime(folder: string): Date | undefined {
  const file = join(folder, fileName);
  if (!fs.existsSync(file)) return undefined;
  const times = readLines(file).map((line) => (JSON.parse(line) as { at?: string }).at ?? '');
  const last = times.sort().at(-1);
  return last ? new Date(last) : undefined;
}

function readLines(file: string): string[] {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const last = lines.pop() ?? '';
  if (last !== '' && isJson(last)) lines.push(last);
  const bad = lines.findIndex((line) => !isJson(line));
  if (bad !== -1) {
    throw new Error(`${file} is damaged at line ${bad + 1}: restore it, or remove it to start with nothing.`);
  }
  return lines;
}

function writeAll(descriptor: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(descriptor, bytes, done);
  return bytes.length;
}

/**
 * One host for each folder: the file `lock` names the process. When that process does not exist any more, a new host
 * takes the folder.
 */
function lock(directory: string): () => void {
  const file = join(directory, 'lock');
  const own = `${process.pid} ${startOf(process.pid) ?? ''}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      if (ownedHere.has(directory)) throw inUse(directory, process.pid);
      fs.writeFileSync(file, own, { flag: 'wx' });
      ownedHere.add(directory);
      return () => {
        ownedHere.delete(directory);
        fs.rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', started = ''] = readIfThere(file).split(' ');
    if (isAlive(Number(pid), started)) throw inUse(directory, Number(pid));
    fs.rmSync(file, { force: true });
  }
  throw new Error(`${file} cannot be taken over: another host is starting.`);
}

function inUse(directory: string, pid: number): Error {
  return new Error(
    `stateDir: ${directory} is in use by the host with process id ${pid}; stop it or choose another folder.`,
  );
}

/** A lock with the id of this process is stale too: a container gives the same id to the next process. */
function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return !started || !now || started === now;
}

/**
 * When a process began, in the ticks of Linux, to tell it from a later process with the same id. Undefined on other
 * systems.
 */
function startOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
