/**
 * Azure, read with a token of the caller's own `az` sign-in. Nothing here writes: only GET, and those POST requests of
 * Azure that answer whether a name is free.
 */
export function readerOf(endpoint, token) {
  const ask = async (path, version, init = {}) => {
    const url = new URL(path, endpoint);
    url.searchParams.set('api-version', version);
    const answer = await fetch(url, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
    });
    const body = await answer.json().catch(() => undefined);
    if (answer.ok && body !== undefined) return body;
    const { code = 'no error code', message = 'no message' } = body?.error ?? {};
    throw Object.assign(new Error(`${answer.status} ${code}: ${message}`), { status: answer.status, code });
  };
  return {
    /** Undefined when there is nothing of that name. */
    get: (path, version) =>
      ask(path, version).catch((error) => {
        if (error.status === 404 && !/subscription/i.test(error.code)) return undefined;
        throw error;
      }),
    /** All pages of a list. */
    list: async (path, version) => {
      const found = [];
      for (let next = path; next; ) {
        const { value, nextLink } = await ask(next, version);
        found.push(...value);
        next = nextLink;
      }
      return found;
    },
    isNameFree: async (subscriptionId, type, name, version) => {
      const namespace = type.split('/')[0];
      const path = `/subscriptions/${subscriptionId}/providers/${namespace}/checkNameAvailability`;
      return ask(path, version, { method: 'POST', body: JSON.stringify({ name, type }) });
    },
  };
}
