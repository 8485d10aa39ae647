import { setTimeout as wait } from 'node:timers/promises';
import { queryWithout } from './taken-out.mjs';

/** Somebody stopped it by Ctrl-C or SIGTERM. */
export class Stopped extends Error {
  constructor() {
    super('Stopped.');
  }
}

/**
 * Sends requests to Resource Manager and keeps each with its answer. Writes only what `mayWrite` allows: its own resource group
 * and its own run command.
 */
export function recorderOf({ endpoint, token, poll, progress, mayWrite }) {
  const interactions = [];
  let stop = new AbortController();

  /**
   * `path` may be the whole address of an operation. `readAs` is for a service other than Resource Manager, which gets no token.
   * `keep` and `keepSent` are what is recorded of the body of the answer and of the request.
   */
  async function send(
    method,
    path,
    body,
    { version = '2025-01-01', headers = {}, readAs, keep = (told) => told, keepSent = (sent) => sent } = {},
  ) {
    const url = new URL(path, endpoint);
    if (!readAs && !url.searchParams.has('api-version')) url.searchParams.set('api-version', version);
    if (!readAs && url.origin !== new URL(endpoint).origin)
      throw new Error(`${url.origin} is not Resource Manager; nothing was sent.`);
    if (method !== 'GET' && !mayWrite(url.pathname))
      throw new Error(`${method} ${url.pathname} is outside what this command may change. Nothing was sent.`);
    const sent = {
      ...(!readAs && { authorization: `Bearer ${token()}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    };
    const answer = await answered(url, method, sent, body);
    const text = await answer.text();
    const told = readAs ? readAs(text) : jsonOf(text);
    interactions.push({
      method,
      url: `${url.origin}${url.pathname}?${queryWithout(url.search.slice(1))}`,
      ...(Object.keys(headers).length > 0 && { requestHeaders: headers }),
      requestBody: body === undefined ? null : keepSent(body),
      status: answer.status,
      responseHeaders: Object.fromEntries(answer.headers),
      responseBody: told === undefined ? text || null : answer.ok ? keep(told) : told,
    });
    return {
      status: answer.status,
      body: told,
      code: told?.error?.code,
      message: told?.error?.message,
      etag: answer.headers.get('etag'),
      operation: answer.headers.get('azure-asyncoperation') ?? answer.headers.get('location'),
      at: Date.parse(answer.headers.get('date') ?? '') || Date.now(),
    };
  }

  /** A read or a deletion without an answer is sent again. A PUT and a POST are not. */
  async function answered(url, method, headers, body) {
    for (let tries = 1; ; tries++) {
      if (stop.signal.aborted) throw new Stopped();
      try {
        return await fetch(url, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]),
        });
      } catch (error) {
        if (stop.signal.aborted) throw new Stopped();
        if (!['GET', 'DELETE'].includes(method) || tries >= 5)
          throw new Error(`No answer to ${method} ${url.pathname}: ${error.cause?.message ?? error.message}`);
        await pause();
      }
    }
  }

  function pause(seconds = poll) {
    return wait(seconds * 1000, undefined, { signal: stop.signal }).catch(() => {
      throw new Stopped();
    });
  }

  /** Asks until the resource has a final state. Throws when that is not a success. Reports each look. */
  async function settled(path, { seen = () => {}, version } = {}) {
    const name = nameIn(path);
    for (let tries = 0; tries < 1000; tries++) {
      const answer = await send('GET', path, undefined, { version });
      const { body, status, message } = answer;
      const state = body?.properties?.provisioningState ?? (status === 200 ? 'Succeeded' : undefined);
      seen(state, answer);
      if (state === 'Succeeded') return body;
      if (state === 'Failed' || state === 'Canceled' || (status >= 400 && !passes(status, tries)))
        throw new Error(`${name} is ${state ?? status}: ${message ?? 'no reason given'}`);
      progress(`${name} is ${state ?? status}`);
      await pause();
    }
    throw new Error(`${name} does not end.`);
  }

  /** A new resource may not be found for a moment. A busy resource is free later. */
  const passes = (status, tries) => (status === 404 && tries < 5) || [408, 429, 500, 503].includes(status);

  /** A write that waits while something else uses what it needs. */
  async function written(method, path, body, options) {
    for (let tries = 0; ; tries++) {
      const answer = await send(method, path, body, options);
      const isBusy =
        (answer.status === 429 || answer.status === 409) &&
        /AnotherOperation|RetryableError|NotProvisioned|TooManyRequests|InProgress/i.test(
          `${answer.code} ${answer.message}`,
        );
      if (!isBusy || tries >= 40) return answer;
      await pause();
    }
  }

  /** Makes a resource, and throws when this fails. */
  async function made(path, body, options = {}) {
    const answer = await written('PUT', path, body, options);
    const { status, code, message } = answer;
    if (status >= 300) throw new Error(`${nameIn(path)} could not be made: ${code} ${message}`);
    options.seen?.(answer.body?.properties?.provisioningState, answer);
    return { ...answer, body: await settled(path, options) };
  }

  /** Deletes, and asks until the resource does not exist. Returns whether this is so. A deletion that fails is tried again. */
  async function gone(path, options) {
    for (let tries = 0; tries < 1000; tries++) {
      const read = await send('GET', path, undefined, options);
      if (read.status === 404) return true;
      const isGoing = /Deleting|Deprovisioning/i.test(read.body?.properties?.provisioningState ?? '');
      if (!isGoing) {
        const { status, code } = await send('DELETE', path, undefined, options);
        if (status === 403 || status === 401) return false;
        progress(
          `${nameIn(path)}: deletion ${status < 300 ? 'has started' : `is refused (${status} ${code})`}`,
        );
      } else progress(`${nameIn(path)} is being deleted`);
      await pause();
    }
    return false;
  }

  return {
    send,
    written,
    made,
    settled,
    gone,
    pause,
    interactions,
    /** Ends what is running, at its next request. What starts after `carryOn` runs. */
    stop: () => stop.abort(),
    carryOn() {
      stop = new AbortController();
    },
  };
}

/** Such as `virtualNetworks/conformance`. */
const nameIn = (path) => path.split('/').slice(-2).join('/');

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
