/** The HTTP API of the durable extension, at the `rpcBaseUrl` of the durable client binding. */

/**
 * All instances that fit the query, in pages. The library's `getStatusBy` drops the continuation token, and with it all
 * pages but the first (documentation: "HTTP API reference", Get all instances status).
 */
export async function* instancePages<T>(
  rpcBaseUrl: string,
  query: Readonly<Record<string, string>>,
): AsyncGenerator<T[]> {
  const url = new URL(`instances?${new URLSearchParams(query)}`, rpcBaseUrl);
  let token: string | null = null;
  do {
    const response: Response = await fetch(url, {
      headers: token ? { 'x-ms-continuation-token': token } : {},
    });
    if (!response.ok)
      throw new Error(`The durable client answered ${response.status} to a list of instances.`);
    token = response.headers.get('x-ms-continuation-token');
    yield (await response.json()) as T[];
  } while (token);
}

/** The time of the extension in whole seconds, as milliseconds since 1970; `NaN` when its answer has none. */
export async function readTimeOfExtension(rpcBaseUrl: string): Promise<number> {
  const response = await fetch(new URL('instances/vpn-time', rpcBaseUrl));
  await response.arrayBuffer();
  return Date.parse(response.headers.get('date') ?? '');
}
