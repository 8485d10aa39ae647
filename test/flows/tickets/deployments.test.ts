import { beforeAll, describe, expect, it } from 'vitest';
import { gatewayId, hub, type Stage, stage } from '../stage/stage.ts';

describe('the list of deployments', () => {
  const many = 121;
  let story: Stage;

  beforeAll(async () => {
    story = await stage();
    // These VNets do not exist: each deployment ends at once, and says so.
    for (let number = 0; number < many; number++) {
      const ticket = { system: 'webhook', id: `REQ${number}` };
      await story.send({ ticket, virtualNetworkId: `${hub}-${String(number).padStart(3, '0')}` });
      if (number % 3 === 2) await story.host.runFor(1);
    }
    await story.host.settled();
  });

  const page = async (query = '') => {
    const answer = await story.call('GET', `deployments${query}`);
    expect(answer.status).toBe(200);
    return answer.body as {
      deployments: { id: string; startedAt: string; status: string; virtualNetworkId: string }[];
      continuation?: string;
    };
  };

  async function everyPage(query = '') {
    const pages = [await page(query)];
    for (let last = pages[0]!; last.continuation; last = pages.at(-1)!) {
      pages.push(await page(`${query}${query ? '&' : '?'}continuation=${last.continuation}`));
    }
    return pages.map(({ deployments }) => deployments);
  }

  it('comes fifty at a time, newest first, each once, to the end', async () => {
    const pages = await everyPage();
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 21]);
    const all = pages.flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(many);
    const times = all.map(({ startedAt }) => Date.parse(startedAt));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(all[0]).toMatchObject({ status: 'Failed', virtualNetworkId: `${hub}-120` });
    expect(all[0]).not.toHaveProperty('stages');
  });

  it('a deployment that is started between two pages moves nothing of the next', async () => {
    const first = await page();
    await story.send({ ticket: { system: 'webhook', id: 'REQ-NEW' }, virtualNetworkId: `${hub}-new` });
    const second = await page(`?continuation=${first.continuation}`);
    const seen = first.deployments.map(({ id }) => id);
    expect(second.deployments).toHaveLength(50);
    expect(second.deployments.filter(({ id }) => seen.includes(id))).toEqual([]);
  });

  it('is filtered by status, by several too', async () => {
    await story.host.settled();
    expect((await everyPage('?status=Failed')).map(({ length }) => length)).toEqual([50, 50, 22]);
    expect(await page('?status=Running')).toEqual({ deployments: [] });
    const id = await story.send(story.ticket({ approval: { required: true } }));
    await story.until(id, ({ status }) => status === 'AwaitingApproval');
    expect((await page('?status=Running,AwaitingApproval')).deployments).toMatchObject([
      { id, status: 'AwaitingApproval' },
    ]);
  });
});

describe('the plan of a ticket', () => {
  it('says every step, and writes nothing', async () => {
    const story = await stage();
    const { status, body } = await story.call('POST', 'deployments/plan', story.ticket());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      problems: [],
      warnings: [{ code: 'ClientDnsServers' }, { code: 'SecretNotLookedAt' }],
      estimatedMinutes: expect.any(Number),
    });
    expect(body.estimatedMinutes).toBeGreaterThan(40);
    expect(body.steps.map(({ name, action }: Record<string, string>) => [name, action])).toEqual([
      ['gatewaySubnet', 'create'],
      ['publicIp', 'create'],
      ['radiusSecret', 'create'],
      ['gateway', 'create'],
      ['nps', 'update'],
      ['pointToSite', 'create'],
    ]);
    expect(body.steps.at(-1).target).toBe(gatewayId);
    await story.host.settled();
    expect(story.writes()).toEqual([]);
    expect(story.host.durable.instances()).toEqual([]);
  });

  it('names every problem at once', async () => {
    const story = await stage();
    const wrong = story.ticket({
      gatewaySubnetPrefix: '10.7.0.0/27',
      pointToSite: { addressPool: ['10.0.8.0/24', '192.168.4.0/24'] },
    });
    const { status, body } = await story.call('POST', 'deployments/plan', wrong);
    expect(status).toBe(200);
    expect(body.steps).toEqual([]);
    expect(body.problems.map(({ code }: { code: string }) => code)).toEqual([
      'GatewaySubnetOutsideVirtualNetwork',
      'AddressPoolOverlapsVirtualNetwork',
      'AddressPoolOverlapsOnPremises',
    ]);
  });

  it('sees the pool that a deployment under way has claimed', async () => {
    const story = await stage();
    await story.send(story.ticket());
    await story.host.runFor(5);
    const spoke = `${hub.replace(/hub$/, '')}spoke`;
    await story.armWrites('PUT', spoke, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } },
    });
    await story.host.runFor(2);
    const { body } = await story.call('POST', 'deployments/plan', {
      ticket: { system: 'webhook', id: '2' },
      virtualNetworkId: spoke,
      pointToSite: { addressPool: ['172.16.201.0/24'] },
    });
    expect(body.problems).toMatchObject([{ code: 'AddressPoolTaken' }]);
  });
});
