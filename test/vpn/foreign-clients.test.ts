import { containsCidr } from 'cidr-tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vpnServerCertificate } from '../../simulator/azure/vpn-gateway/vpn-server-certificate.ts';
import { gatewayId, nps01, nps02, type Stage, stageAfter } from '../flows/stage/stage.ts';
import { type Deployed, deployedBy, radiusServers } from './deployed.ts';
import { freeRadiusFiles, startGroupChoice } from './free-radius.ts';
import { type Lab, startLab } from './lab.ts';
import { lacking, type Namespace } from './namespaces.ts';
import { connectWithOpenVpn, openVpnFiles, startOpenVpnGateway } from './openvpn.ts';
import { type RadiusWish, type SignedIn, startClient, startGateway, strongSwanFiles } from './strongswan.ts';

const missing = lacking({ ...strongSwanFiles, ...freeRadiusFiles, ...openVpnFiles });
const skipped = missing.length > 0 ? ` (skipped: this machine has no ${missing.join(', ')})` : '';

/** Phones and RADIUS timeouts go three times as fast as in the world: 25 s, 30 s and 40 s are 8.3 s, 10 s and 13.3 s. */
const hurry = 3;
/** Of a gateway that hears nothing; it cannot be set (VPN Gateway FAQ). */
const patience = 30 / hurry;
/** Where nothing will come, and how long that takes is not the question; more than people need who approve at once. */
const impatience = 2.5;

const deployed = () =>
  stageAfter(async (story) => {
    const groups = [
      { name: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', addressPool: ['172.16.202.0/24'] },
      { name: 'everybody', default: true },
    ];
    const servers = [
      { address: '10.0.1.4', score: 30, host: nps01 },
      { address: '10.0.1.5', score: 10, host: nps02 },
    ];
    const ticket = story.ticket({
      pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2', 'OpenVPN'], groups },
      radius: { servers, secretName: 'radius-hub' },
      nps: { networkPolicy: 'own', mfaExtension: 'require' },
    });
    const { status } = await story.ended(await story.send(ticket));
    expect(status).toBe('Succeeded');
    await story.host.runFor(60);
  });

describe.skipIf(missing.length > 0)(`foreign VPN clients, with what a deployment wrote${skipped}`, () => {
  let story: Stage;
  let wrote: Deployed;
  let lab: Lab;
  let gatewayMachine: Namespace;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let client: Awaited<ReturnType<typeof startClient>>;
  let signIns: Record<'anna' | 'boris' | 'frida' | 'georg' | 'wrongSecret' | 'foreign', Promise<SignedIn>>;
  let beforehand: string;

  const instance = (number: number) =>
    wrote.gatewaySubnet.split('/')[0]!.replace(/\d+$/, (last) => `${Number(last) + number}`);
  const pool = (group: string) => wrote.pools.find((one) => one.group === group)!.prefix;
  /** What the gateway asks unless a test is about something else. */
  const radius = (wish: Partial<RadiusWish> = {}): RadiusWish => ({
    servers: wrote.radiusServers,
    seconds: patience,
    accounting: true,
    ...wish,
  });
  const told = (about: RegExp) => lab.told.filter((line) => about.test(line));

  beforeAll(async () => {
    story = await deployed();
    const { body } = await story.call('GET', 'deployments');
    wrote = await deployedBy(story, body.deployments[0].id);
    lab = await startLab(story, wrote, hurry);
    const resource = story.world.azure.resource(gatewayId)!;
    const same = {
      host: wrote.host,
      certificate: await vpnServerCertificate(story.world.azure.world, resource),
      routes: wrote.routes,
      pools: [{ prefix: pool('everybody') }],
      radius: radius(),
    };
    const others = { wrongSecret: '198.51.100.11', foreign: '198.51.100.12', grouped: '198.51.100.13' };
    gatewayMachine = await lab.gateway(wrote.publicIp, instance(4));
    gateway = await startGateway(gatewayMachine, {
      ...same,
      folder: lab.folder('gateway'),
    });
    lab.returnBy(instance(4), [pool('everybody')]);
    await startGateway(await lab.gateway(others.wrongSecret, instance(5)), {
      ...same,
      folder: lab.folder('wrongSecret'),
      radius: radius({
        servers: wrote.radiusServers.map(({ address }) => ({ address, secret: 'another than NPS has' })),
        seconds: impatience,
      }),
    });
    await startGateway(await lab.gateway(others.foreign, '10.0.9.77'), {
      ...same,
      folder: lab.folder('foreign'),
      radius: radius({ seconds: impatience }),
    });
    const grouped = await lab.gateway(others.grouped, instance(6));
    await startGroupChoice(grouped, lab.folder('choice'), wrote, 'between the two');
    await startGateway(grouped, {
      ...same,
      folder: lab.folder('grouped'),
      pools: wrote.pools,
      radius: radius({ servers: [{ address: '127.0.0.1', secret: 'between the two' }], accounting: false }),
    });
    client = await startClient(lab.client, {
      folder: lab.folder('client'),
      people: story.nps('nps-01').state().users,
      gateways: { azure: wrote.host, ...others },
      hosts: { [wrote.host]: wrote.publicIp },
      profile: wrote,
    });
    beforehand = await lab.reach();
    signIns = {
      anna: client.signIn('anna', 'azure'),
      boris: client.signIn('boris', 'azure'),
      frida: client.signIn('frida', 'azure'),
      georg: client.signIn('georg', 'azure'),
      wrongSecret: client.signIn('anna', 'wrongSecret'),
      foreign: client.signIn('anna', 'foreign'),
    };
  });
  afterAll(async () => {
    await lab?.close();
  });

  it('who approves gets an address of the pool and reaches a server in the VNet', async () => {
    expect(beforehand).toContain('ENETUNREACH');
    const { connected, address, output } = await signIns.anna;
    expect(connected, output).toBe(true);
    expect(containsCidr(pool('everybody'), address!)).toBe(true);
    expect(await lab.reach(address)).toBe(address);
    expect(told(/user anna/)).toEqual([
      `nps-01  event 6272 from ${instance(4)}, user anna, policy "VPN gateway vpngw-hub": The request was authenticated and authorized. (reason 0)`,
    ]);
  });

  it('who denies gets no tunnel', async () => {
    const { connected, address, output } = await signIns.boris;
    expect([connected, address], output).toEqual([false, undefined]);
    expect(output).toContain('EAP');
    expect(told(/user boris/)).toEqual([expect.stringMatching(/event 6273 .*\(reason 21\)$/)]);
  });

  it('nobody gets in by a gateway with another secret, or from outside GatewaySubnet', async () => {
    expect((await signIns.wrongSecret).connected).toBe(false);
    expect(told(new RegExp(`from ${instance(5)}`))).toContain(
      `nps-01  event 14 from ${instance(5)}: The authenticator from RADIUS client vpngw-hub is not valid: its shared secret may differ.`,
    );
    expect((await signIns.foreign).connected).toBe(false);
    expect(told(/from 10\.0\.9\.77/)).toContain(
      'nps-01  event 13 from 10.0.9.77: A RADIUS message came from 10.0.9.77, which is no RADIUS client.',
    );
  });

  it('a group gets addresses of its pool, by what NPS sends for it', async () => {
    lab.returnBy(
      instance(6),
      wrote.pools.map(({ prefix }) => prefix),
    );
    for (const [user, group] of [
      ['dora', 'finance'],
      ['anna', 'everybody'],
    ] as const) {
      const { connected, address, output } = await client.signIn(user, 'grouped');
      expect(connected, output).toBe(true);
      expect(containsCidr(pool(group), address!), `${user} has ${address}`).toBe(true);
      expect(await lab.reach(address)).toBe(address);
      await client.hangUp(user, 'grouped');
    }
    lab.returnBy(instance(4), [pool('everybody')]);
  });

  it('who approves after 25 s gets in, after 40 s does not, though NPS grants it; nobody is asked twice', async () => {
    const { connected, address, output } = await signIns.frida;
    expect(connected, output).toBe(true);
    expect(await lab.reach(address)).toBe(address);
    expect(told(/user frida/)).toContainEqual(expect.stringContaining('event 6272'));
    expect((await signIns.georg).connected).toBe(false);
    await expect.poll(() => told(/user georg/).at(-1), { timeout: 60_000 }).toContain('event 6272');
    // The gateway's repeats while the phone rings are discarded (howto-mfa-nps-extension, "RADIUS protocol behavior").
    expect(told(/user georg/)[0]).toMatch(/event 6274 .*\(reason 9\)$/);
    for (const user of ['frida', 'georg']) expect(told(new RegExp(`asks ${user}`))).toHaveLength(1);
  });

  it('a session is accounted for by the Class of its sign-in', async () => {
    await client.hangUp('anna', 'azure');
    await client.hangUp('frida', 'azure');
    const sessions = () => lab.accounting().filter(({ user }) => user === 'anna');
    await expect.poll(() => sessions().map(({ status }) => status)).toEqual(['Start', 'Stop']);
    const [start, stop] = sessions();
    expect(start!.class).toMatch(/^[0-9a-f]{32}$/);
    expect(stop!.class).toBe(start!.class);
  });

  it('a policy that denies lets nobody in', async () => {
    const deny = (grant: boolean) => {
      for (const name of ['nps-01', 'nps-02'] as const)
        story.nps(name).change((state) => {
          state.networkPolicies.find((policy) => policy.name === 'VPN gateway vpngw-hub')!.grant = grant;
        });
    };
    deny(false);
    await gateway.ask(radius());
    const { connected, output } = await client.signIn('anna', 'azure');
    deny(true);
    expect(connected, output).toBe(false);
    expect(told(/user anna/).at(-1)).toMatch(/event 6273 .*, policy "VPN gateway vpngw-hub".*\(reason 65\)$/);
  });

  it('a narrower RADIUS client with another secret silences the gateway', async () => {
    const narrower = `other-${instance(4)}`;
    story.nps('nps-01').change((state) => {
      const [ours] = state.radiusClients;
      state.radiusClients.push({
        ...ours!,
        name: narrower,
        address: instance(4),
        secret: 'of somebody else',
      });
    });
    await gateway.ask(radius({ seconds: impatience }));
    const { connected, output } = await client.signIn('anna', 'azure');
    expect(connected, output).toBe(false);
    expect(told(/event 14/).at(-1)).toContain(`from RADIUS client ${narrower} is not valid`);
    story.nps('nps-01').change((state) => {
      state.radiusClients = state.radiusClients.filter(({ name }) => name !== narrower);
    });
    await gateway.ask(radius());
    expect((await client.signIn('anna', 'azure')).connected).toBe(true);
    await client.hangUp('anna', 'azure');
  });

  it('while one of two servers stands still, the other lets users in', async () => {
    const run = (serviceRunning: boolean) =>
      story.nps('nps-01').change((state) => {
        state.serviceRunning = serviceRunning;
      });
    run(false);
    await gateway.ask(radius({ seconds: impatience }));
    // strongSwan gives up the sign-in that finds the first server silent, and asks the second from then on.
    expect((await client.signIn('anna', 'azure')).connected).toBe(false);
    const { connected, address, output } = await client.signIn('anna', 'azure');
    run(true);
    expect(connected, output).toBe(true);
    expect(await lab.reach(address)).toBe(address);
    expect(told(/user anna/).at(-1)).toMatch(/^nps-02 {2}event 6272/);
    await client.hangUp('anna', 'azure');
  });

  it('after a rotation the old secret fails and the new one works', async () => {
    const { status } = await story.ended(
      await story.send({ virtualNetworkGatewayId: gatewayId }, 'rotations'),
    );
    expect(status).toBe('Succeeded');
    await gateway.ask(radius({ seconds: impatience }));
    expect((await client.signIn('anna', 'azure')).connected).toBe(false);
    expect(told(/event 14/).at(-1)).toContain('from RADIUS client vpngw-hub is not valid');
    const rotated = await radiusServers(story);
    expect(rotated.map(({ address }) => address)).toEqual(wrote.radiusServers.map(({ address }) => address));
    for (const [index, { secret }] of rotated.entries())
      expect(secret).not.toBe(wrote.radiusServers[index]!.secret);
    await gateway.ask(radius({ servers: rotated }));
    const { connected, address, output } = await client.signIn('anna', 'azure');
    expect(connected, output).toBe(true);
    expect(await lab.reach(address)).toBe(address);
    await client.hangUp('anna', 'azure');
  });

  describe('OpenVPN, with the file of the client profile as it is', () => {
    const served = async (radius: Parameters<typeof startOpenVpnGateway>[3]) => {
      const resource = story.world.azure.resource(gatewayId)!;
      const certificate = await vpnServerCertificate(story.world.azure.world, resource);
      const wish = { ...wrote, pool: pool('everybody'), certificate };
      return startOpenVpnGateway(gatewayMachine, lab.folder('openvpn-gateway'), wish, radius);
    };
    // Two tunnels of one client, or two gateways of one pool, would take each other's routes.
    beforeAll(() => Promise.all([client.stop(), gateway.stop()]));
    const connect = (user: string) => {
      const person = story
        .nps('nps-01')
        .state()
        .users.find(({ name }) => name === user)!;
      return connectWithOpenVpn(lab.client, lab.folder('openvpn-client'), wrote, person);
    };

    it('lets in who approves and not who denies', async () => {
      const server = await served({ servers: await radiusServers(story), seconds: patience });
      const anna = await connect('anna');
      expect(anna.connected, anna.output).toBe(true);
      expect(containsCidr(pool('everybody'), anna.address!)).toBe(true);
      expect(await lab.reach(anna.address)).toBe(anna.address);
      await anna.leave();
      expect(told(/user anna/).at(-1)).toMatch(/^nps-01 {2}event 6272 /);

      const boris = await connect('boris');
      expect(boris.connected, boris.output).toBe(false);
      expect(boris.output).toContain('AUTH_FAILED');
      expect(told(/user boris/).at(-1)).toMatch(/event 6273 .*\(reason 21\)$/);
      await server.stop();
    });

    it('asks the second server in the same sign-in when the first stands still', async () => {
      story.nps('nps-01').change((state) => {
        state.serviceRunning = false;
      });
      const server = await served({ servers: await radiusServers(story), seconds: impatience });
      const connecting = connect('anna');
      await expect
        .poll(() => lab.told.at(-1), { timeout: 60_000 })
        .toBe('nps-02  asks anna for a second factor');
      story.nps('nps-01').change((state) => {
        state.serviceRunning = true;
      });
      const anna = await connecting;
      expect(anna.connected, anna.output).toBe(true);
      await anna.leave();
      expect(told(/user anna/).at(-1)).toMatch(/^nps-02 {2}event 6272 /);
      await server.stop();
    });

    it('lets nobody in with another secret, which looks like a wrong password to NPS', async () => {
      const servers = wrote.radiusServers.map(({ address }) => ({ address, secret: 'another than NPS has' }));
      const server = await served({ servers, seconds: 1 });
      const anna = await connect('anna');
      expect(anna.connected, anna.output).toBe(false);
      expect(told(/user anna/).at(-1)).toMatch(/event 6273 .*\(reason 16\)$/);
      await server.stop();
    });
  });
});
