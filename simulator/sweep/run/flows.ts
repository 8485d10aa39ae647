import { hubNetworkId, npsMachineId } from '../../azure/default-world.ts';
import { object } from '../../azure/wire/messages.ts';
import type { LocalOptions } from '../../local/local.ts';
import type { Player } from './player.ts';

export interface Flow {
  readonly world?: Pick<LocalOptions, 'settings' | 'scenario'>;
  /** Plays what was there before. The flow has no point in it, and goes on from a copy of it. */
  begins?(player: Player): Promise<unknown>;
  /** What `begins` did is done, and gives the same again. */
  play(player: Player): Promise<void>;
}

const second = { address: '10.0.1.5', host: npsMachineId.replace(/nps-01$/, 'nps-02') };
const first = { address: '10.0.1.4', host: npsMachineId };

const ticket = ({ world }: Player, id: string, changes: object = {}) => ({
  ticket: { system: 'webhook', id, callbackUrl: `${world.origin}/hooks/${id}` },
  virtualNetworkId: hubNetworkId,
  pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2'] },
  radius: { servers: [first] },
  ...changes,
});

/** Deploys a gateway. `servers` are its NPS servers. Returns its id. */
async function deployed(player: Player, servers: readonly object[] = [first]): Promise<string> {
  const id = await player.send('tickets', ticket(player, 'REQ-FIRST', { radius: { servers } }));
  const { result } = await player.ended(id);
  return result?.gatewayId ?? '';
}

const rotation = (...servers: readonly object[]): Flow => ({
  begins: (player) => deployed(player, servers),
  async play(player) {
    const virtualNetworkGatewayId = await deployed(player, servers);
    await player.ended(await player.send('rotations', { virtualNetworkGatewayId }));
  },
});

/** The flows of the sweep: each plays one way through the app from its beginning to its end. */
export const flows = {
  ticket: { play: async (player) => void (await deployed(player)) },

  event: {
    async play(player) {
      await player.once('tagged', () =>
        player.byHand('PATCH', hubNetworkId, {
          tags: { 'vpn-radius': 'enabled', 'vpn-radius-pool': '172.16.201.0/24' },
        }),
      );
      // As long as Event Grid needs for ten tries. Over before the check of 05:00, also when three kills make it begin again.
      await player.quiet(240);
    },
  },

  'ticket with two servers': { play: async (player) => void (await deployed(player, [first, second])) },

  approval: {
    async play(player) {
      const wish = ticket(player, 'REQ-FIRST', { approval: { required: true } });
      const id = await player.send('tickets', wish);
      await player.agree(id);
      await player.ended(id);
    },
  },

  'rotation of one server': rotation(first),
  'rotation of two servers': rotation(first, second),

  change: {
    begins: (player) => deployed(player),
    async play(player) {
      const wish = { gateway: { sku: 'VpnGw2AZ' }, radius: { servers: [second] } };
      const id = await player.send('tickets', ticket(player, 'REQ-CHANGE', wish));
      await player.agree(id);
      await player.ended(id);
    },
  },

  groups: {
    async play(player) {
      const groups = [
        { name: 'finance', windowsGroup: 'CONTOSO\\VPN Finance', addressPool: ['172.16.202.0/24'] },
        { name: 'everybody', default: true },
      ];
      const wish = { pointToSite: { addressPool: ['172.16.201.0/24'], groups } };
      await player.ended(await player.send('tickets', ticket(player, 'REQ-FIRST', wish)));
    },
  },

  migrate: {
    begins: (player) => deployed(player),
    async play(player) {
      const virtualNetworkGatewayId = await deployed(player);
      const migration = { virtualNetworkGatewayId, path: 'second-server', radius: { servers: [second] } };
      const id = await player.send('migrations', migration);
      await player.agree(id);
      await player.ended(id);
    },
  },

  repair: {
    world: { settings: { COMPLIANCE_REMEDIATE: 'safe' } },
    begins: (player) => deployed(player, [first, second]),
    async play(player) {
      await player.once('drift', async () =>
        player.world.npsServers.get('nps-01')!.change((nps) => {
          nps.radiusClients = [];
        }),
      );
      await player.send('compliance/runs', { remediate: true });
      await player.quiet(240);
    },
  },

  remove: {
    begins: (player) => deployed(player),
    async play(player) {
      const virtualNetworkGatewayId = await deployed(player);
      const id = await player.send('removals', { virtualNetworkGatewayId });
      await player.agree(id);
      await player.ended(id);
    },
  },

  servicenow: {
    async play(player) {
      const { serviceNow } = player.world;
      const fields = { virtual_network_id: hubNetworkId, address_pool: '172.16.201.0/24' };
      const number = await player.once('opened', () => serviceNow.create('sc_req_item', {}, fields).number);
      await player.ended(await player.send('tickets/servicenow', serviceNow.outbound(number)));
    },
  },

  jira: {
    async play(player) {
      const { jira } = player.world;
      const fields = { summary: 'VPN for the hub', customfield_10101: hubNetworkId };
      const key = await player.once('opened', () => jira.create('NET', fields).key);
      const webhook = object(JSON.parse(jira.created(key).body));
      await player.ended(await player.send('tickets/jira', webhook));
    },
  },
} as const satisfies Readonly<Record<string, Flow>>;

export type FlowName = keyof typeof flows;
