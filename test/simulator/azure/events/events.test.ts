import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { deliverEvents, subscribedTypes } from '../../../../simulator/azure/events/event-delivery.ts';
import { topicKey } from '../../../../simulator/azure/events/event-topic.ts';
import type { OutgoingEvent } from '../../../../simulator/azure/events/resource-events.ts';
import {
  azureAt,
  gatewayBody,
  gatewayPath,
  hub,
  network,
  read,
  readyHub,
  send,
  standardAddress,
} from '../client.ts';

function listen(at: ReturnType<typeof azureAt>) {
  const events: OutgoingEvent[] = [];
  at.azure.onEvent((event) => events.push(event));
  return events;
}

describe('events of Resource Manager', () => {
  it('come when the operation ends, name it, and give its subject with resourcegroups in lower case', async () => {
    const at = await readyHub();
    const events = listen(at);
    await at.put(gatewayPath(), gatewayBody());
    expect(events).toEqual([]);
    at.clock.advance(40 * 60_000);
    expect(events).toHaveLength(1);
    const { eventGrid, cloudEvent } = events[0]!;
    expect(eventGrid).toMatchObject({
      eventType: 'Microsoft.Resources.ResourceWriteSuccess',
      subject: `${hub.replace('resourceGroups', 'resourcegroups')}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`,
      data: { operationName: 'Microsoft.Network/virtualNetworkGateways/write', status: 'Succeeded' },
      eventTime: at.clock.now().toISOString(),
    });
    expect(cloudEvent).toMatchObject({ specversion: '1.0', type: eventGrid.eventType, data: eventGrid.data });
    expect(JSON.stringify(events)).not.toContain('first secret');
  });

  it('tell of failures, deletions and actions too', async () => {
    const at = await readyHub();
    const events = listen(at);
    at.azure.faults.add({
      match: { method: 'PUT' },
      effect: { kind: 'failOperation', code: 'X', message: 'Y' },
    });
    await at.done(at.put(network('publicIPAddresses/other'), standardAddress));
    await at.done(at.remove(network('publicIPAddresses/other')));
    await at.done(at.put(gatewayPath(), gatewayBody()));
    await at.done(at.post(network('virtualNetworkGateways/vpngw-hub/generatevpnprofile')));
    expect(
      events.map(({ eventType, cloudEvent }) => [
        eventType,
        (cloudEvent.data as { operationName: string }).operationName,
      ]),
    ).toEqual([
      ['Microsoft.Resources.ResourceWriteFailure', 'Microsoft.Network/publicIPAddresses/write'],
      ['Microsoft.Resources.ResourceDeleteSuccess', 'Microsoft.Network/publicIPAddresses/delete'],
      ['Microsoft.Resources.ResourceWriteSuccess', 'Microsoft.Network/virtualNetworkGateways/write'],
      [
        'Microsoft.Resources.ResourceActionSuccess',
        'Microsoft.Network/virtualNetworkGateways/generatevpnprofile/action',
      ],
    ]);
  });

  it('a secret that nears its expiry, when told to', async () => {
    const at = azureAt(undefined, {
      scenario: { secrets: [{ name: 'radius-hub', value: 'x', expires: 1_800_000_000 }] },
    });
    const events = listen(at);
    at.azure.emitSecretNearExpiry('radius-hub');
    expect(events[0]!.eventGrid).toMatchObject({
      eventType: 'Microsoft.KeyVault.SecretNearExpiry',
      data: { VaultName: 'kv-hub', ObjectType: 'Secret', ObjectName: 'radius-hub', EXP: 1_800_000_000 },
    });
    expect(() => at.azure.emitSecretNearExpiry('none')).toThrow(/no secret 'none'/);
  });
});

describe('delivery to a webhook', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

  async function webhook(statuses: number[], validates = true) {
    const received: { type: string; body: { data: Record<string, unknown> }[] }[] = [];
    let heard: () => void = () => undefined;
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const type = String(request.headers['aeg-event-type']);
      if (type === 'SubscriptionValidation') {
        response.end(validates ? JSON.stringify({ validationResponse: body[0].data.validationCode }) : '{}');
        return;
      }
      received.push({ type, body });
      response.writeHead(statuses.shift() ?? 200).end(heard);
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/runtime/webhooks/eventgrid`;
    const next = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    return { url, received, next };
  }

  it('shakes hands, sends an array of one, and tries again after ten seconds when it is refused', async () => {
    const { url, received, next } = await webhook([503]);
    const at = azureAt();
    const lines: string[] = [];
    const reported = () => expect.poll(() => lines.length, { interval: 5 }).toBe(1);
    const stop = await deliverEvents(at.azure, {
      url,
      includedTypes: subscribedTypes,
      report: (line) => lines.push(line),
    });
    const first = next();
    await at.done(at.put(network('publicIPAddresses/pip'), standardAddress));
    await first;
    await reported();
    expect(lines[0]).toMatch(/ResourceWriteSuccess .*: 503, again in 10 s$/);
    const second = next();
    at.clock.advance(10_000);
    await second;
    stop();
    expect(received).toHaveLength(2);
    expect(received[1]).toEqual(received[0]);
    expect(received[0]).toMatchObject({
      type: 'Notification',
      body: [{ eventType: 'Microsoft.Resources.ResourceWriteSuccess' }],
    });
  });

  it('does not begin with an endpoint that does not shake hands', async () => {
    const { url } = await webhook([], false);
    await expect(
      deliverEvents(azureAt().azure, { url, includedTypes: subscribedTypes, report: () => undefined }),
    ).rejects.toThrow(/did not pass Event Grid's validation/);
  });
});

describe('the custom topic', () => {
  const url = 'https://topic.westeurope-1.eventgrid.azure.net/api/events?api-version=2018-01-01';
  const cloudEvent = {
    specversion: '1.0',
    id: '1',
    source: '/vpn-radius',
    type: 'VpnRadius.Deployment.Succeeded',
    data: {},
  };
  const publish = async (
    azure: ReturnType<typeof azureAt>['azure'],
    headers: Record<string, string>,
    body: unknown,
  ) => read(await azure.handle({ method: 'POST', url, headers, body: JSON.stringify(body) }));

  it('takes CloudEvents and its own schema, by key or by token, and keeps them in order', async () => {
    const { azure } = azureAt();
    const cloud = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };
    expect((await publish(azure, { ...cloud, 'aeg-sas-key': topicKey }, [cloudEvent])).status).toBe(200);
    const authorization = `Bearer ${azure.token('https://eventgrid.azure.net').token}`;
    const gridEvent = {
      id: '2',
      subject: 's',
      eventType: 't',
      eventTime: '2027-01-01T00:00:00Z',
      dataVersion: '1',
      data: {},
    };
    expect(
      (await publish(azure, { 'content-type': 'application/json', authorization }, [gridEvent])).status,
    ).toBe(200);
    expect(azure.topicEvents.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('refuses a wrong key, a token for somebody else, and an event without its members', async () => {
    const { azure } = azureAt();
    const cloud = { 'content-type': 'application/cloudevents+json' };
    expect((await publish(azure, { ...cloud, 'aeg-sas-key': 'wrong' }, cloudEvent)).status).toBe(401);
    const authorization = `Bearer ${azure.token('https://vault.azure.net').token}`;
    expect((await publish(azure, { ...cloud, authorization }, cloudEvent)).status).toBe(401);
    const { type: _, ...typeless } = cloudEvent;
    const refused = await publish(azure, { ...cloud, 'aeg-sas-key': topicKey }, typeless);
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringContaining('lacks type'),
    ]);
    expect(azure.topicEvents).toEqual([]);
  });

  it('is no route of Resource Manager', async () => {
    const { azure } = azureAt();
    expect(
      (await send(azure, 'GET', 'https://management.azure.com/api/other?api-version=2021-04-01')).status,
    ).toBe(404);
  });
});
