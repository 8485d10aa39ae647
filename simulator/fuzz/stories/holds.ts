import { isDeepStrictEqual } from 'node:util';
import { list, object, text } from '../../azure/wire/messages.ts';
import { answers } from '../../rehearsal/estate.ts';
import { whyIncomprehensible } from '../taken.ts';
import { type Estate, networks } from './estate.ts';
import { foreignOn, prefixOf } from './foreign.ts';

/** What does not hold after a step; undefined where everything does. `before` is what others had on NPS before it. */
export function broken(estate: Estate, before: ReadonlyMap<string, unknown>): string | undefined {
  return twoGateways(estate) ?? strangersWithSecrets(estate) ?? harmed(estate, before);
}

function twoGateways({ local }: Estate): string | undefined {
  const gateways = [...local.world.azure.world.resources].filter(({ type }) =>
    /virtualNetworkGateways$/i.test(String(type)),
  );
  const places = gateways.map(({ properties }) => {
    const [configuration] = list(properties.ipConfigurations);
    return String(object(object(configuration?.properties).subnet).id).toLowerCase();
  });
  return new Set(places).size < places.length || gateways.length > Object.keys(networks).length
    ? `there are ${gateways.length} gateways: ${gateways.map(({ id }) => id).join(', ')}`
    : undefined;
}

/** A secret is known to Key Vault, to its gateway and to its NPS server. */
function strangersWithSecrets({ local }: Estate): string | undefined {
  const { azure, npsServers } = local.world;
  const resources = [...azure.world.resources].map(
    ({ id, properties }) => [id, JSON.stringify(properties)] as const,
  );
  const states = [...npsServers].map(([name, nps]) => [name, JSON.stringify(nps.state())] as const);
  for (const [name, versions] of azure.world.vault.secrets) {
    if (!name.startsWith('radius-')) continue;
    for (const { value } of versions) {
      const stranger =
        states.find(([server, state]) => state.includes(value) && !name.includes(`-${server}-`)) ??
        resources.find(
          ([id, body]) => body.includes(value) && !name.includes(id.split('/').at(-1)!.toLowerCase()),
        );
      if (stranger) return `${stranger[0]} knows the secret ${name}`;
    }
  }
  return undefined;
}

/** What is of others is as they left it. */
function harmed(estate: Estate, before: ReadonlyMap<string, unknown>): string | undefined {
  for (const [name, left] of before) {
    const now = foreignOn(estate, name);
    if (!isDeepStrictEqual(now, left))
      return `on ${name} others had ${JSON.stringify(left)}, now ${JSON.stringify(now)}`;
  }
  for (const [what, left] of estate.foreign) {
    const [, kind, id] = /^(subnet|custom routes of) (.*)$/.exec(what)!;
    const gateway = estate.local.world.azure.resource(id!);
    const now = kind === 'subnet' ? prefixOf(estate, id!) : gateway ? gateway.properties.customRoutes : left;
    if (!isDeepStrictEqual(now, left))
      return `${what} was ${JSON.stringify(left)}, is ${JSON.stringify(now)}`;
    if (kind !== 'subnet' && !gateway) estate.foreign.delete(what);
  }
  return undefined;
}

const finals = ['Succeeded', 'Failed', 'Canceled', 'Rejected'];

/** What does not hold once everything has ended. */
export async function brokenAtTheEnd(estate: Estate): Promise<string | undefined> {
  const { local, call, taken } = estate;
  const { deployments } = (await call('GET', 'deployments')).body;
  for (const { id, status } of list(deployments)) {
    if (!finals.includes(text(status) ?? '')) return `${id} is still ${status}`;
    const why = whyIncomprehensible((await call('GET', `deployments/${id}`)).body);
    if (why) return `${id} ${why}`;
  }
  const told = answers(local.world);
  for (const id of taken) {
    const its = told.filter(({ path, status }) => path === `/hooks/${id}` && finals.includes(String(status)));
    if (its.length !== 1)
      return `ticket ${id} was answered ${its.length} times: ${JSON.stringify(its.map(({ status }) => status))}`;
  }
  return whereSecretsAre(estate);
}

/** No text that the app tells or keeps holds a shared secret. */
function whereSecretsAre({ local, logged }: Estate): string | undefined {
  const { azure } = local.world;
  const { durable } = local.host;
  const texts = [
    ...logged.map((text) => ['a log line', text] as const),
    ...answers(local.world).map((answer) => ['an answer', JSON.stringify(answer)] as const),
    ...durable
      .instances()
      .map(
        (one) =>
          [`instance ${one.instanceId}`, JSON.stringify([one, durable.history(one.instanceId)])] as const,
      ),
    ...azure.requests
      .filter(
        ({ service, action = '' }) =>
          service !== 'keyVault' && !/virtualNetworkGateways\/write$/i.test(action),
      )
      .map(({ method, url, body }) => [`${method} ${url}`, `${url} ${body}`] as const),
  ];
  for (const [name, versions] of azure.world.vault.secrets) {
    if (!name.startsWith('radius-')) continue;
    for (const { value } of versions) {
      const found = texts.find(([, told]) => told.includes(value));
      if (found) return `${found[0]} holds the secret ${name}`;
    }
  }
  return undefined;
}
