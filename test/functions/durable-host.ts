import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvocationContext } from '@azure/functions';
import { durableClient, type Instance } from '../../functions/durable-instances.ts';
import { clientBinding } from '../../simulator/host/durable/http-api.ts';

interface Started {
  readonly orchestrator: string;
  readonly id: string;
  readonly input: unknown;
}

const blank = {
  ...{ name: 'provisionVpnGateway', input: null, output: null, customStatus: null },
  ...{ createdTime: '2030-01-01T00:00:00Z', lastUpdatedTime: '2030-01-01T00:00:00Z' },
};

/**
 * The HTTP API of a durable extension that has these instances, and entities by name and key. It notes what is started,
 * and runs nothing.
 */
export async function durableHost(
  instances: Readonly<Record<string, Partial<Instance>>> = {},
  entities: Readonly<Record<string, unknown>> = {},
) {
  const started: Started[] = [];
  const server = createServer(async (request, response) => {
    const [, , what, one = '', other = ''] = new URL(request.url!, 'http://host').pathname.split('/');
    let text = '';
    for await (const part of request) text += part;
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (what === 'orchestrators') {
      if (instances[other]?.runtimeStatus === 'Running') return answer(409, { message: 'It runs.' });
      started.push({ orchestrator: one, id: other, input: JSON.parse(text) });
      return answer(202, { id: other });
    }
    const entity = `${one}/${other}`;
    if (what === 'entities') return answer(entity in entities ? 200 : 404, entities[entity] ?? {});
    return instances[one] ? answer(200, { ...blank, instanceId: one, ...instances[one] }) : answer(404, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/durabletask`;
  const context = new InvocationContext({ options: { extraInputs: [durableClient] } });
  const urls = { baseUrl, rpcBaseUrl: `${baseUrl}/`, taskHubName: 'hub', key: undefined };
  context.extraInputs.set(durableClient, clientBinding(urls));
  return {
    context,
    started,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
