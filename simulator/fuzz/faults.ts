import { type JsonObject, list, object } from '../azure/wire/messages.ts';
import { afterWallTime } from '../clock.ts';
import { type Answered, faultOf } from './answers.ts';
import { everybodyAt } from './everybody.ts';
import type { FuzzedRequest } from './requests.ts';
import { routeAt } from './routes.ts';
import { faultOfTaken, whyIncomprehensible } from './taken.ts';
import type { Verdict } from './verdict.ts';
import type { FuzzedWorld } from './worlds.ts';

/** After this wall time a request counts as never answered. */
const hangSeconds = 60;

export async function faultOfRequest(
  { local, routes }: FuzzedWorld,
  method: string,
  sent: FuzzedRequest,
): Promise<Verdict> {
  const url = new URL(`http://localhost/api/${sent.path}`);
  const route = routeAt(routes, method, url.pathname);
  const answered = await answerInTime(local.host, method, url, sent);
  if (!answered) return { answer: 'none', fault: `was not answered in ${hangSeconds} s` };
  // Azure counts requests by time: without this, the fuzzing itself would be throttled.
  await local.host.runFor(0.1);
  const secrets = [...local.world.azure.world.vault.secrets.values()].flat().map(({ value }) => value);
  const fault = faultOf(
    route,
    answered,
    secrets.filter((secret) => secret.length > 8),
  );
  const text = fault && `${fault}: ${answered.text.slice(0, 500)}`;
  return { answer: String(answered.status), fault: text ?? (await faultOfTaken(local, answered)) };
}

async function answerInTime(
  host: FuzzedWorld['local']['host'],
  method: string,
  url: URL,
  { headers, body }: FuzzedRequest,
): Promise<Answered | undefined> {
  const answering = host
    .fetch(url.pathname + url.search, { method, headers, ...(body !== undefined && { body }) })
    .then(async (answer) => ({ status: answer.status, headers: answer.headers, text: await answer.text() }));
  let cancel = () => {};
  const hangs = new Promise<undefined>((resolve) => {
    cancel = afterWallTime(hangSeconds * 1000, () => resolve(undefined));
  });
  return Promise.race([answering, hangs]).finally(() => cancel());
}

/** Everything that requests and events have started must come to an end, and must say why if it failed. */
export async function faultOfWhatWasStarted({ local, logged }: FuzzedWorld): Promise<string | undefined> {
  const { call } = everybodyAt(local);
  await local.host.runFor(24 * 60);
  await local.host.settled();
  for (let page = 'deployments', continuation: unknown = ''; continuation !== undefined; ) {
    const { deployments, ...more } = object((await call('GET', page)).body);
    for (const { id, status } of list(deployments)) {
      const why = whyIncomprehensible(object((await call('GET', `deployments/${id}`)).body));
      if (why) return `${id} ${why}`;
      if (status === 'Pending' || status === 'Running') return `${id} is still ${status} a day later`;
    }
    continuation = (more as JsonObject).continuation;
    page = `deployments?continuation=${encodeURIComponent(String(continuation))}`;
  }
  const broken = local.host.durable
    .instances()
    .find(({ output }) => /(Type|Range|Reference)Error/.test(String(output)));
  return broken ? `${broken.instanceId} ended with ${String(broken.output)}` : logged.splice(0)[0];
}
