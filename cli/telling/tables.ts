import { readable } from './terminal.ts';

/** Columns under their titles, with two spaces between them. The last column is not padded. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [titles, ...rows].map((cells) => cells.map(readable));
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

/** `name  value` lines, one under the other. A name without a value is left out. */
export function facts(entries: Readonly<Record<string, string | undefined>>): string[] {
  const told = Object.entries(entries).filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(...told.map(([name]) => name.length));
  return told.map(([name, value]) => `${name.padEnd(width)}  ${readable(value!)}`);
}

/** `2030-01-01 08:15 UTC` */
export const shortTime = (time: string | null | undefined) =>
  time ? `${time.slice(0, 10)} ${time.slice(11, 16)} UTC` : '';
