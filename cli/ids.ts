import type { Problem } from '../shared/core/errors.ts';
import { askedAt, looksLikeDeploymentId } from '../shared/deployment/ids.ts';
import type { DeploymentSummary } from '../shared/deployment/record/record.ts';
import type { ApiClient } from './api.ts';
import { Ended, exitCodes, wrongCall } from './exit-codes.ts';

export interface Page {
  readonly deployments: readonly DeploymentSummary[];
  readonly continuation?: string;
  /** Rows that cannot be read, by name. */
  readonly problems?: readonly Problem[];
}

/**
 * The id that begins as given, with or without `vpn-`. An id begins with its time, so only deployments of that year,
 * month or day are searched. When two ids begin like that, none is taken.
 */
export async function wholeId(api: ApiClient, given: string): Promise<string> {
  const start = given.toLowerCase().startsWith('vpn-') ? given.toLowerCase() : `vpn-${given.toLowerCase()}`;
  if (askedAt(start)) return start;
  if (!looksLikeDeploymentId(start) || !/^vpn-\d{4}/.test(start))
    throw wrongCall(
      `${given} is not the id of a deployment. An id is like vpn-20300101t081530123z-1a2b3c4d-5e6f708192a3. You can give its beginning, at least up to the year.`,
    );
  const found: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await api.call<Page>('GET', `deployments?${spanOf(start, continuation)}`);
    found.push(...page.deployments.map(({ id }) => id).filter((id) => id.startsWith(start)));
    continuation = page.continuation;
  } while (continuation && found.length < 2);
  if (found.length === 1) return found[0]!;
  throw new Ended(
    exitCodes.refused,
    found.length === 0
      ? `No deployment has an id that begins with ${start}.`
      : `More than one deployment has an id that begins with ${start}, such as ${found.slice(0, 2).join(' and ')}. Give more characters of it.`,
  );
}

/** The year, month or day that the beginning of an id gives in full. */
function spanOf(start: string, continuation: string | undefined): URLSearchParams {
  const [, year, month, day] = /^vpn-(\d{4})(\d\d)?(\d\d)?/.exec(start)!;
  const span = new URLSearchParams(
    day
      ? { from: `${year}-${month}-${day}`, to: `${year}-${month}-${day}` }
      : month
        ? { from: `${year}-${month}-01`, to: lastDayOf(Number(year), Number(month)) }
        : { from: `${year}-01-01`, to: `${year}-12-31` },
  );
  if (continuation) span.set('continuation', continuation);
  return span;
}

const lastDayOf = (year: number, month: number) =>
  new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
