/** Sends requests to Resource Manager, and keeps each with its answer, without a secret. */
export function recorderOf({ endpoint, token, poll, progress }) {
  const recording = [];
  async function send(method, path, body, { version = '2025-01-01', headers = {} } = {}) {
    const url = new URL(path, endpoint);
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', version);
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    const told = jsonOf(text);
    const { error } = told ?? {};
    recording.push(
      withoutSecrets({
        request: {
          method,
          path: `${url.pathname}${withoutSignature(url.search)}`,
          ...(Object.keys(headers).length > 0 && { headers }),
          ...(body && { body }),
        },
        answer: {
          status: answer.status,
          headers: Object.fromEntries(
            ['etag', 'retry-after', 'azure-asyncoperation', 'location'].flatMap((name) => {
              const value = answer.headers.get(name);
              return value === null ? [] : [[name, withoutSignature(value)]];
            }),
          ),
          body: told ?? null,
        },
      }),
    );
    return {
      status: answer.status,
      body: told,
      code: error?.code,
      message: error?.message,
      etag: answer.headers.get('etag'),
    };
  }

  /** Asks until the resource has a final state; throws when that state is no success. */
  async function settled(path) {
    for (let tries = 0; tries < 1000; tries++) {
      const { body, status, message } = await send('GET', path);
      const state = body?.properties?.provisioningState;
      if (state === 'Succeeded') return body;
      if (status >= 400 || state === 'Failed' || state === 'Canceled')
        throw new Error(`${path} is ${state ?? status}: ${message ?? 'no reason given'}`);
      progress(`${path.split('/').at(-1)} is ${state}`);
      await new Promise((resolve) => setTimeout(resolve, poll * 1000));
    }
    throw new Error(`${path} does not end.`);
  }

  /** Makes a resource that the checks need; throws when Azure refuses it. */
  async function made(path, body) {
    const { status, code, message } = await send('PUT', path, body);
    if (status >= 300) throw new Error(`${path.split('/').at(-1)} could not be made: ${code} ${message}`);
    return settled(path);
  }

  return { send, made, settled, recording };
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The URL of an operation is signed: with its query anybody can ask for the result. */
const withoutSignature = (url) => url.replace(/([?&](?!api-version=)[^=&]+=)[^&]*/g, '$1…');

const secret = /secret|password|sharedKey|token/i;

function withoutSecrets(value) {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      secret.test(name) && typeof member === 'string' ? '…' : withoutSecrets(member),
    ]),
  );
}
