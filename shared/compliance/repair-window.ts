import * as z from 'zod';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const shape =
  /^(?:((?:sun|mon|tue|wed|thu|fri|sat)(?:,(?:sun|mon|tue|wed|thu|fri|sat))*)\s+)?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)$/i;

/**
 * When repairs may be made: the days on which the window begins, and minutes of the day in UTC. It may go past
 * midnight.
 */
export interface RepairWindow {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** `22:00-05:00`, or `Sat,Sun 01:00-05:00`, with times in UTC. Undefined for any other text. */
export function parseRepairWindow(text: string): RepairWindow | undefined {
  const match = shape.exec(text.trim());
  if (!match) return undefined;
  const [, named, fromHour, fromMinute, toHour, toMinute] = match;
  const to = Number(toHour) * 60 + Number(toMinute);
  const from = Number(fromHour) * 60 + Number(fromMinute);
  if (to > 24 * 60 || from === to) return undefined;
  const wanted = named?.toLowerCase().split(',');
  return {
    days: days.flatMap((day, index) => (!wanted || wanted.includes(day.toLowerCase()) ? [index] : [])),
    from,
    to,
  };
}

/** A window in the form that people write. */
export const repairWindow = z.string().transform((text, context) => {
  const window = parseRepairWindow(text);
  if (window) return window;
  context.addIssue({
    code: 'custom',
    message: 'must be hours in UTC, such as 22:00-05:00 or Sat,Sun 01:00-05:00',
  });
  return z.NEVER;
});

/** Without a window, repairs may be made at any time. */
export function isOpen(window: RepairWindow | undefined, at: Date): boolean {
  if (!window) return true;
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  const today = at.getUTCDay();
  const { days: begins, from, to } = window;
  if (from < to) return begins.includes(today) && minute >= from && minute < to;
  // The part after midnight belongs to the day on which the window began.
  return (begins.includes(today) && minute >= from) || (begins.includes((today + 6) % 7) && minute < to);
}

/** When the window opens next. While it is open, this is `at` itself. */
export function opensAt(window: RepairWindow, at: Date): Date {
  if (isOpen(window, at)) return at;
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const openings = Array.from(
    { length: 9 },
    (_, day) => new Date(midnight + (day * 24 * 60 + window.from) * 60_000),
  );
  return openings.find((opening) => opening > at && window.days.includes(opening.getUTCDay()))!;
}

const aMinute = 60_000;

/**
 * When all windows are open next and stay open for this many minutes. When they are open now, this is `at` itself.
 * Undefined when this does not happen within nine days, for example when two windows never overlap.
 */
export function opensFor(windows: readonly RepairWindow[], at: Date, minutes: number): Date | undefined {
  const lasts = (from: Date) => {
    for (let minute = 0; minute <= minutes; minute++)
      if (!windows.every((window) => isOpen(window, new Date(from.getTime() + minute * aMinute))))
        return false;
    return true;
  };
  if (lasts(at)) return at;
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
  const openings = windows.flatMap(({ from }) =>
    Array.from({ length: 9 }, (_, day) => new Date(midnight + (day * 24 * 60 + from) * aMinute)),
  );
  return openings
    .sort((one, other) => one.getTime() - other.getTime())
    .find((opening) => opening > at && lasts(opening));
}

export function describeWindow({ days: begins, from, to }: RepairWindow): string {
  const time = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const names = begins.length === 7 ? '' : `${begins.map((day) => days[day]).join(', ')} `;
  return `${names}${time(from)} to ${time(to)} UTC`;
}
