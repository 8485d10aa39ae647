import type { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { confirmedNearExpiry } from '../../../../functions/deployment/secret/near-expiry.ts';
import { keepDeployed } from '../../../../functions/records/deployed.ts';
import type { Secret, SecretEntry } from '../../../../shared/secret/model.ts';
import { gatewayId, network, request } from '../../../shared/hub.ts';
import { vault } from '../steps/vault.ts';

const name = 'radius-hub';
const event = { id: 'event-1', name, version: 'v1' };
const other = network('virtualNetworkGateways', 'vpngw-spoke');

interface World {
  readonly secret?: Partial<Secret>;
  readonly newer?: boolean;
  /** The secret with which the gateway was last deployed. */
  readonly deployedWith?: string;
  /** The gateway in the tags of the secret. */
  readonly tagged?: string;
}

async function confirmed({ secret = { nearsExpiry: true }, newer, deployedWith, tagged }: World) {
  const { secrets, rows } = vault({ [name]: secret });
  if (newer) await secrets.write(name, 'newer', {});
  const order = { request: request(), fingerprint: '1' };
  const its = [{ address: '10.0.1.4', name: deployedWith ?? '', version: 'v1' }];
  if (deployedWith) await keepDeployed(rows, 'vpn-hub-1', order, gatewayId, its);
  const entries = [{ name, enabled: true, ...(tagged && { gatewayId: tagged }) }] as unknown as SecretEntry[];
  const reads: string[] = [];
  const warnings: string[] = [];
  const counted = {
    ...secrets,
    read: (...[asked, ...more]: Parameters<typeof secrets.read>) => {
      reads.push(asked);
      return secrets.read(asked, ...more);
    },
  };
  const context = { warn: (line: string) => warnings.push(line) } as unknown as InvocationContext;
  const secretCatalogue = { list: async () => entries, part: async () => ({ entries }) };
  const told = await confirmedNearExpiry({ secrets: counted, secretCatalogue, rows }, event, context);
  return { told, reads, warnings };
}

describe('an event that says a secret is about to expire', () => {
  it('is confirmed for the gateways that were deployed with it', async () => {
    const { told } = await confirmed({ deployedWith: name.toUpperCase() });
    expect(told).toMatchObject({
      isNewest: true,
      users: [gatewayId.toLowerCase()],
      newest: { version: 'v1' },
    });
  });

  it('is confirmed for the gateway that it is tagged with, where no deployment of that is known', async () => {
    expect((await confirmed({ tagged: other })).told?.users).toEqual([other.toLowerCase()]);
  });

  it('of a gateway that was deployed with another secret since is none of ours', async () => {
    const { told, reads } = await confirmed({ tagged: gatewayId, deployedWith: 'radius-hub-2' });
    expect(told).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it('of others in the vault reads no value at all', async () => {
    expect(await confirmed({})).toMatchObject({ told: undefined, reads: [], warnings: [] });
  });

  it('that Key Vault does not bear out rotates nothing, and the log says so', async () => {
    const { told, warnings } = await confirmed({ secret: {}, deployedWith: name });
    expect(told).toBeUndefined();
    expect(warnings.join()).toContain(name);
  });

  it('of a version that was replaced since is told as such', async () => {
    expect((await confirmed({ deployedWith: name, newer: true })).told).toMatchObject({
      isNewest: false,
      newest: { version: 'v2' },
    });
  });
});
