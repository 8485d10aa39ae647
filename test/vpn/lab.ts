import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pacedClock } from '../../simulator/clock.ts';
import { offerRadius } from '../../simulator/local/radius-offer.ts';
import type { RadiusServer } from '../../simulator/nps/radius/radius-server.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import type { Stage } from '../flows/stage/stage.ts';
import type { Deployed } from './deployed.ts';
import { connect, type Namespace, namespace, socketsIn } from './namespaces.ts';

/** A machine of the VNet that clients want to reach; it says from which address it was asked. */
const serverAddress = '10.0.1.10';
const clientAddress = '198.51.100.2';

export type Lab = Awaited<ReturnType<typeof startLab>>;

/**
 * Three kinds of namespaces: the VNet, with its NPS servers at their addresses and a server that answers; gateways, with one
 * foot in the VNet and one in the internet; and a client in the internet, who reaches the VNet through a tunnel alone.
 * Phones and RADIUS timeouts go `hurry` times as fast as in the world.
 */
export async function startLab(story: Stage, deployed: Deployed, hurry: number) {
  const { folder, remove } = temporaryFolder('vpn-lab-');
  const namespaces: Namespace[] = [];
  const closes: (() => Promise<unknown>)[] = [];
  const made = async () => {
    const one = await namespace();
    namespaces.push(one);
    return one;
  };
  const close = async () => {
    for (const each of closes.splice(0)) await each();
    for (const each of namespaces.splice(0)) await each.close();
    remove();
  };
  try {
    const network = await made();
    bridge(network, 'vnet', [
      `${serverAddress}/16`,
      ...deployed.radiusServers.map(({ address }) => `${address}/16`),
    ]);
    const client = await made();
    bridge(client, 'internet', [`${clientAddress}/24`]);

    const radius: RadiusServer[] = [];
    const told: string[] = [];
    for (const { address } of deployed.radiusServers) {
      const machine = story.world.machines.find(({ addresses }) => addresses.includes(address))!;
      const [authentication, accounting] = await socketsIn(network, address, [1812, 1813]);
      const sockets = { authentication: authentication!, accounting: accounting! };
      const waits = pacedClock(story.clock.now(), hurry);
      const server = await offerRadius(machine, story.clock, sockets, (line) => told.push(line), waits);
      closes.push(() => server.close());
      radius.push(server);
    }
    const [echo] = await socketsIn(network, serverAddress, [7]);
    echo!.on('message', (_, { address, port }) => echo!.send(address, port, address));
    closes.push(() => new Promise<void>((closed) => echo!.close(closed)));

    return {
      client,
      network,
      /** What NPS recorded and whom it asked, as `npm start -- --radius` prints it. */
      told,
      /** What gateways told the NPS servers of sessions. */
      accounting: () => radius.flatMap(({ accounting }) => accounting),
      folder(name: string): string {
        const path = join(folder, name);
        mkdirSync(path, { recursive: true });
        return path;
      },
      /** A machine between internet and VNet, which forwards. */
      async gateway(publicAddress: string, address: string): Promise<Namespace> {
        const gateway = await made();
        const end = `gw${namespaces.length}`;
        connect(network, end, gateway, 'inside');
        network.run('ip', 'link', 'set', end, 'master', 'vnet');
        gateway.run('ip', 'address', 'add', `${address}/16`, 'dev', 'inside');
        connect(client, end, gateway, 'outside');
        client.run('ip', 'link', 'set', end, 'master', 'internet');
        gateway.run('ip', 'address', 'add', publicAddress, 'peer', clientAddress, 'dev', 'outside');
        client.run('ip', 'route', 'add', publicAddress, 'dev', 'internet');
        gateway.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
        return gateway;
      },
      /** Where answers to clients go. */
      returnBy(address: string, pools: readonly string[]): void {
        for (const pool of pools) network.run('ip', 'route', 'replace', pool, 'via', address);
      },
      /** Asks the server in the VNet from an address of the client: the address that it saw, or why nothing came of it. */
      async reach(from = '0.0.0.0'): Promise<string> {
        const [socket] = await socketsIn(client, from, [0]);
        try {
          return await new Promise((resolve) => {
            socket!.once('message', (text) => resolve(`${text}`));
            socket!.once('error', ({ message }) => resolve(message));
            socket!.send('', 7, serverAddress, (error) => error && resolve(error.message));
            setTimeout(2000).then(() => resolve('no answer'));
          });
        } finally {
          socket!.close();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function bridge(namespace: Namespace, name: string, addresses: readonly string[]): void {
  namespace.run('ip', 'link', 'add', name, 'type', 'bridge');
  for (const address of addresses) namespace.run('ip', 'address', 'add', address, 'dev', name);
  namespace.run('ip', 'link', 'set', name, 'up');
}
