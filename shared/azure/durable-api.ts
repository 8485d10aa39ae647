import { VpnRadiusError } from '../core/errors.ts';

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
    const headers = token ? { 'x-ms-continuation-token': token } : {};
    const [page, next] = await askingExtension(async () => {
      const response: Response = await fetch(url, { headers });
      if (!response.ok) throw new Error(`The extension answered ${response.status} to a list of instances.`);
      return [(await response.json()) as T[], response.headers.get('x-ms-continuation-token')] as const;
    });
    token = next;
    yield page;
  } while (token);
}

/** The time of the extension in whole seconds, as milliseconds since 1970; `NaN` when its answer has none. */
export async function readTimeOfExtension(rpcBaseUrl: string): Promise<number> {
  return askingExtension(async () => {
    const response = await fetch(new URL('instances/vpn-time', rpcBaseUrl));
    await response.arrayBuffer();
    return Date.parse(response.headers.get('date') ?? '');
  });
}

/** A host under load answers its own app late, or not at all. That passes, and is no defect of the app. */
export async function askingExtension<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const message = 'Durable Functions does not answer. Try again.';
    throw new VpnRadiusError({ code: 'DurableUnavailable', message, transient: true }, error);
  }
}
