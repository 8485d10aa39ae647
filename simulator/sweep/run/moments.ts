import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a state folder that a run carries on from. */
const files = ['host/journal.jsonl', 'storage.jsonl', 'world.json', 'played.json'];
const namesFile = 'names.json';

/**
 * Copies of a state folder, as a killed process would have left it. States that say the same are one: a line that was cut
 * off counts for nothing, so of two such states the one with the cut-off line is kept.
 */
export function momentsIn(folder: string, stateDir: string) {
  const keys: Record<string, string> = {};
  const kept = new Map<string, string>();
  return {
    keep(name: string, isCutOff: boolean): void {
      const key = keyOf(stateDir);
      keys[name] = key;
      const before = kept.get(key);
      if (before !== undefined && !isCutOff) return;
      if (before !== undefined) rmSync(join(folder, before), { recursive: true });
      kept.set(key, name);
      cpSync(stateDir, join(folder, name), { recursive: true, filter: (file) => !file.endsWith('/lock') });
    },
    /** The names of those that differ. */
    end(): string[] {
      const names = Object.entries(keys).map(([name, key]) => [name, kept.get(key)!] as const);
      writeFileSync(join(folder, `${namesFile}.new`), JSON.stringify(Object.fromEntries(names)));
      renameSync(join(folder, `${namesFile}.new`), join(folder, namesFile));
      return [...kept.values()];
    },
  };
}

/** The folder of the moment with this name, or of one that says the same. */
export function momentIn(folder: string, name: string): string {
  const names = JSON.parse(readFileSync(join(folder, namesFile), 'utf8')) as Record<string, string>;
  if (names[name] === undefined) throw new Error(`There is no moment ${name} in this flow.`);
  return join(folder, names[name]);
}

function keyOf(stateDir: string): string {
  const hash = createHash('sha256');
  for (const name of files) {
    const file = join(stateDir, name);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const whole = name.endsWith('.jsonl') ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
    hash.update(`${name}\n${whole}\n`);
  }
  return hash.digest('hex');
}
