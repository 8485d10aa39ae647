/**
 * NCRONTAB schedules of timer triggers: `{second} {minute} {hour} {day} {month} {day of week}`, five fields without the
 * seconds, or a constant interval `hh:mm:ss`. As in NCrontab, a time must fit every field: a day of month *and* a day
 * of week. Classic cron accepts either, so no cron library is used. Times are UTC, the host's default time zone.
 */
export interface Schedule {
  /** The first occurrence later than `after`. Undefined when there is never one (31 February). */
  next(after: Date): Date | undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields = [
  { name: 'second', low: 0, high: 59, names: [] },
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  { name: 'day', low: 1, high: 31, names: [] },
  { name: 'month', low: 1, high: 12, names: months },
  { name: 'day of week', low: 0, high: 6, names: weekdays },
];

/** Throws an error that names the field. */
export function parseSchedule(expression: string): Schedule {
  const interval = /^(?:(\d+)\.)?(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(expression.trim());
  if (interval) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = interval
      .slice(1)
      .map((part) => Number(part ?? 0));
    const length = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    if (length > 0) return { next: (after) => new Date(after.getTime() + length) };
  }
  const texts = expression.trim().split(/\s+/);
  if (texts.length === 5) texts.unshift('0');
  if (texts.length !== 6) {
    throw new Error(
      `schedule "${expression}": expected six fields (second minute hour day month day-of-week).`,
    );
  }
  const [second, minute, hour, day, month, weekday] = fields.map((field, index) => {
    return values(texts[index]!, field, expression);
  }) as [number[], number[], number[], number[], number[], number[]];

  const fits = (date: Date) =>
    month.includes(date.getUTCMonth() + 1) &&
    day.includes(date.getUTCDate()) &&
    weekday.includes(date.getUTCDay());

  return {
    next(after) {
      const start = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
      const date = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()));
      // 29 February on a given weekday comes once in 28 years, or in 40 years around a year like 2100.
      for (let days = 0; days < 41 * 366; days++) {
        if (fits(date)) {
          for (const h of hour) {
            for (const m of minute) {
              for (const s of second) {
                const time = date.getTime() + ((h * 60 + m) * 60 + s) * 1000;
                if (time >= start.getTime()) return new Date(time);
              }
            }
          }
        }
        date.setUTCDate(date.getUTCDate() + 1);
      }
      return undefined;
    },
  };
}

function values(text: string, field: (typeof fields)[number], expression: string): number[] {
  const wrong = (why: string) => new Error(`schedule "${expression}": ${field.name} "${text}" ${why}.`);
  const number = (part: string): number => {
    const named = field.names.findIndex((name) => part.toLowerCase().startsWith(name));
    const value = named === -1 ? Number(part) : named + field.low;
    if (!/^\d+$/.test(part) && named === -1) throw wrong('is not a number, a name, a range or *');
    if (value < field.low || value > field.high) throw wrong(`is not within ${field.low} to ${field.high}`);
    return value;
  };
  const result = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    if (rest.length > 0 || range === '') throw wrong('is not a number, a name, a range or *');
    const every = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(every) || every < 1) throw wrong('has a step that is not a number above 0');
    const [from = '', to] = range.split('-');
    // `5/15` starts at 5 and continues to the end of the range.
    const low = range === '*' ? field.low : number(from);
    const high = range === '*' || (to === undefined && step !== undefined) ? field.high : number(to ?? from);
    if (low > high) throw wrong('is a range that ends before it begins');
    for (let value = low; value <= high; value += every) result.add(value);
  }
  return [...result].sort((a, b) => a - b);
}
