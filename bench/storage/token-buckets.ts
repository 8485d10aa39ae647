import type { LoggedRequest } from '../../simulator/azure/azure.ts';

/** What an app may ask of Azure: so many requests at once, and so many more in each second. */
interface Bucket {
  readonly name: string;
  readonly size: number;
  readonly perSecond: number;
  readonly counts: (request: Pick<LoggedRequest, 'method' | 'url'>) => boolean;
}

const isNetwork = (url: string) => url.includes('/Microsoft.Network/');
const isRead = (method: string) => method === 'GET';

/**
 * For each subscription, region and principal. Resource Manager: Microsoft Learn, "Understand how Azure Resource Manager
 * throttles requests". Microsoft.Network: the same page, "Network throttling", 10,000 reads and 1,000 writes and
 * deletions in five minutes; taken here as a bucket of that size.
 */
export const buckets: readonly Bucket[] = [
  { name: 'ARM reads', size: 250, perSecond: 25, counts: ({ method }) => isRead(method) },
  { name: 'ARM deletions', size: 200, perSecond: 10, counts: ({ method }) => method === 'DELETE' },
  {
    name: 'ARM writes',
    size: 200,
    perSecond: 10,
    counts: ({ method }) => !isRead(method) && method !== 'DELETE',
  },
  {
    name: 'Microsoft.Network reads',
    size: 10_000,
    perSecond: 10_000 / 300,
    counts: ({ method, url }) => isNetwork(url) && isRead(method),
  },
  {
    name: 'Microsoft.Network writes',
    size: 1000,
    perSecond: 1000 / 300,
    counts: ({ method, url }) => isNetwork(url) && !isRead(method),
  },
];

interface Use {
  /** The lowest level of the bucket, in tokens. */
  readonly lowest: number;
  /** Requests that found it empty: Azure would have answered 429. */
  readonly refused: number;
}

/** How the requests of one subscription use a bucket; `requests` in the order in which they came. */
export function useOf(
  bucket: Bucket,
  requests: readonly Pick<LoggedRequest, 'at' | 'method' | 'url'>[],
): Use {
  let [tokens, lowest, refused] = [bucket.size, bucket.size, 0];
  let last: number | undefined;
  for (const request of requests) {
    if (!bucket.counts(request)) continue;
    const now = Date.parse(request.at) / 1000;
    tokens = Math.min(bucket.size, tokens + (now - (last ?? now)) * bucket.perSecond);
    last = now;
    if (tokens < 1) refused += 1;
    else tokens -= 1;
    lowest = Math.min(lowest, Math.floor(tokens));
  }
  return { lowest, refused };
}

/** The requests of the minute with the most of them. */
export function busiestMinute(requests: readonly { readonly at: string }[]): number {
  const times = requests.map(({ at }) => Date.parse(at));
  let [first, most] = [0, 0];
  for (const [index, time] of times.entries()) {
    while (times[first]! <= time - 60_000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
