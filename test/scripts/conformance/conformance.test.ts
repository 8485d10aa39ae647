import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { powerShellNpsServer } from '../../../simulator/nps/powershell.ts';
import { freshNpsServer } from '../../../simulator/nps/state.ts';
import { engine, skipReason } from '../../nps/engine.ts';
import { conformanceWorld, leftIn } from './command.ts';

let world: Awaited<ReturnType<typeof conformanceWorld>>;
beforeAll(async () => {
  world = await conformanceWorld();
});
afterAll(() => world.close());

const nps01 = `/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers/Microsoft.Compute/virtualMachines/nps-01`;

describe('against the simulated Azure', () => {
  it('confirms whatever it can look at, cleans up, and records without a secret', async () => {
    const azure = world.begin();
    const { status, lines, counts, stderr, recording } = await world.conformance(['--gateway', '--yes']);
    expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
    expect({ status, counts }).toMatchObject({ status: 0, counts: { confirmed: 37, contradicted: 0 } });
    // Each line that is not looked at says why.
    expect(lines.filter(({ saw }) => saw === '' || saw === 'was not reached')).toEqual([]);
    expect(lines.find(({ ids }) => ids.includes('event-at-end'))).toMatchObject({ verdict: 'confirmed' });
    expect(stderr).toMatch(/a VpnGw1AZ gateway with RADIUS[\s\S]*Cost: about 0\.\d\d US dollars an hour/);
    expect(stderr).toMatch(/is deleted\. Nothing is left\.\nIt took \d+ minutes: about/);
    expect(leftIn(azure)).toEqual([]);

    const secrets = azure.requests.flatMap(({ body }) =>
      [...(body ?? '').matchAll(/"(?:radiusServerSecret|sharedKey)":"([^"]+)"/g)].map(
        ([, secret]) => secret!,
      ),
    );
    expect(secrets.length).toBeGreaterThan(5);
    for (const secret of [...secrets, subscriptionId, 'anna@contoso.example', 'sig=Z'])
      expect(recording).not.toContain(secret);
    // How the recording that is kept was made.
    if (process.env.KEEP_RECORDING) writeFileSync(process.env.KEEP_RECORDING, recording);
    const { made, interactions } = JSON.parse(recording);
    expect(made).toMatchObject({ against: 'the simulator of this project, not Azure', gateway: true });
    // Every request of Resource Manager is in it.
    const asked = azure.requests.filter(({ service }) => service === 'arm' || service === 'eventQueue');
    expect(interactions.length).toBe(asked.length);
  });

  it('makes no gateway and asks no machine unless somebody agrees', async () => {
    const azure = world.begin();
    const { status, stderr } = await world.conformance(['--gateway', '--nps', nps01]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Cost: about .*\nSends .*\nNothing was made, and nothing was sent to a machine\./);
    expect(azure.requests.filter(({ service }) => service === 'arm')).toEqual([]);
  });

  it('says what is contradicted and what was seen, and writes nothing outside of its own resource group', async () => {
    const azure = world.begin();
    const before = JSON.stringify([...azure.world.resources]);
    azure.faults.add({
      match: { method: 'PUT', url: 'conformance-refused' },
      effect: { kind: 'respond', status: 400, code: 'InvalidSku', message: 'It is called otherwise.' },
    });
    const { status, lines } = await world.conformance([]);
    expect(status).toBe(1);
    expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toMatchObject([
      { ids: ['InvalidGatewaySku'], saw: '400 InvalidSku: It is called otherwise.' },
    ]);
    // The worst comes first.
    expect(lines[0]?.verdict).toBe('contradicted');

    const written = azure.requests.filter(({ method, service }) => service === 'arm' && method !== 'GET');
    expect(written.length).toBeGreaterThan(10);
    const own = /\/resourceGroups\/rg-vpn-radius-conformance-[0-9a-f]{8}[/?]/;
    expect(written.filter(({ url }) => !own.test(url))).toEqual([]);
    expect(JSON.stringify([...azure.world.resources])).toBe(before);
    expect(leftIn(azure)).toEqual([]);
  });
});

describe('whatever happens, it leaves nothing over', () => {
  it('Ctrl-C while the gateway is made: cleans up, and tells what it saw', async () => {
    const azure = world.begin();
    azure.settings.durations.gatewayCreate = 10 * 60 * 60;
    let isSent = false;
    const { status, counts, stderr, recording } = await world.conformance(
      ['--gateway', '--yes'],
      (child, said) => {
        if (isSent || !/virtualNetworkGateways\/conformance is Updating/.test(said())) return;
        isSent = true;
        child.kill('SIGINT');
      },
    );
    expect(status).toBe(130);
    expect(stderr).toContain('Stopping: what was made is deleted first.');
    expect(stderr).toContain('is deleted. Nothing is left.');
    expect(counts.confirmed).toBe(14);
    expect(JSON.parse(recording).interactions.length).toBeGreaterThan(20);
    expect(leftIn(azure)).toEqual([]);
  });

  it('a write that fails, and a deletion that is refused at first', async () => {
    const azure = world.begin();
    const older = 'rg-vpn-radius-conformance-0123abcd';
    azure.world.resourceGroups.set(`/subscriptions/${subscriptionId}/resourcegroups/${older}`, {
      id: `/subscriptions/${subscriptionId}/resourceGroups/${older}`,
      name: older,
      location: 'westeurope',
      tags: { purpose: 'vpn-radius conformance' },
    });
    azure.faults.add({
      match: { action: 'Microsoft.Network/publicIPAddresses/write' },
      effect: { kind: 'respond', status: 400, code: 'Quota', message: 'No more addresses.' },
    });
    azure.faults.add({ match: { method: 'DELETE' }, effect: { kind: 'respond', status: 503 }, times: 2 });
    const { status, stderr } = await world.conformance([]);
    expect(status).toBe(2);
    expect(stderr).toContain('conformance could not be made: Quota No more addresses.');
    expect(stderr).toContain('is deleted. Nothing is left.');
    // What a killed run left is told, and left alone.
    expect(stderr).toContain(`An earlier run left this: az group delete --name ${older}`);
    expect(leftIn(azure)).toEqual([`/subscriptions/${subscriptionId}/resourcegroups/${older}`]);
  });

  it('a deletion that is denied is told with the command', async () => {
    const azure = world.begin();
    // The first deletion is one of the looks.
    azure.faults.add({ match: { method: 'DELETE' }, after: 1, effect: { kind: 'respond', status: 403 } });
    const { status, stderr } = await world.conformance([]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /This may still exist: az group delete --name rg-vpn-radius-conformance-[0-9a-f]{8}/,
    );
  });
});

describe.skipIf(!engine)(`--nps${skipReason}`, () => {
  it('asks the machine what nps/verify asks, changes nothing there, and removes its run command', async () => {
    const server = powerShellNpsServer(freshNpsServer('nps-01'), engine!);
    const before = server.state();
    const azure = world.begin({ npsHosts: new Map([[nps01.toLowerCase(), server]]) });
    const { status, lines, counts, recording } = await world.conformance(['--nps', nps01, '--yes']);
    expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
    expect(status).toBe(0);
    expect(counts.confirmed).toBeGreaterThan(22);
    expect(server.state()).toEqual(before);
    expect(leftIn(azure)).toEqual([]);
    expect(recording).not.toContain('rg-hub');
    expect(recording).not.toContain('nps-01');
  });
});
