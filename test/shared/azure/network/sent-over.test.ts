import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vpnGateways } from '../../../../shared/azure/network/vpn-gateways.ts';
import type { Azure } from '../../../../shared/azure/wire/connection.ts';
import { sharedFolder } from '../../../shared-folder.ts';
import { group, recordedAzure } from '../recorded-azure.ts';

const id = `${group}/Microsoft.Network/virtualNetworkGateways/vpngw-hub`;
const recordings = sharedFolder && `${sharedFolder}/azure/recordings`;

type Json = Record<string, unknown>;

/** Every gateway in an answer of Azure, in any recording. */
function* gatewaysIn(value: unknown): Generator<Json> {
  if (typeof value === 'string' && value.includes('virtualNetworkGateways')) {
    try {
      yield* gatewaysIn(JSON.parse(value));
    } catch {
      // A text that is no JSON.
    }
  }
  if (typeof value !== 'object' || value === null) return;
  const { type, properties } = value as { type?: unknown; properties?: Json };
  if (type === 'Microsoft.Network/virtualNetworkGateways' && properties?.gatewayType) yield value as Json;
  for (const member of Object.values(value)) yield* gatewaysIn(member);
}

/** The body of the PUT that changes nothing of the gateway. With `plain`, as only the SDK would send it. */
async function written(body: Json, plain: boolean): Promise<Json> {
  const { azure, sent } = recordedAzure(({ method }) =>
    method === 'GET' ? { status: 200, body } : { status: 200, body: { id } },
  );
  const sending: Azure = plain
    ? { ...azure, networkWith: (subscription) => azure.network(subscription) }
    : azure;
  const { gateway, write } = await vpnGateways(sending).open(id);
  const nothing = { addressPool: [], protocols: [], authenticationTypes: [], radiusServers: [] };
  await write({ ...gateway!, pointToSite: gateway!.pointToSite ?? nothing }, 'a-secret');
  return sent.at(-1)!.body;
}

describe.skipIf(!recordings)(
  'a gateway that was recorded (skipped where the recordings are not beside the checkout)',
  () => {
    it('is sent as the SDK sends it: what Azure tells of itself today is not put back', async () => {
      const files = (readdirSync(recordings!, { recursive: true }) as string[]).filter((name) =>
        name.endsWith('.json'),
      );
      const bodies = files.flatMap((name) => [
        ...gatewaysIn(JSON.parse(readFileSync(`${recordings}/${name}`, 'utf8'))),
      ]);
      expect(bodies.length).toBeGreaterThan(10);
      for (const body of bodies) expect(await written(body, false)).toEqual(await written(body, true));
    });
  },
);
