import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPowerShell } from '../../../simulator/nps/powershell.ts';
import type { NpsServerState } from '../../../simulator/nps/state.ts';
import { sharedFolder } from '../../shared-folder.ts';
import { hub, type Stage, stage, stageOf } from '../stage/stage.ts';

const npsEnginePaths = sharedFolder ? [join(sharedFolder, 'tools/psrun/psrun')] : [];
const engine = findPowerShell(npsEnginePaths);
const skipped = engine ? '' : ' (skipped: no PowerShell engine; set PWSH or install pwsh)';

/** Sorts what has no order. Each run draws a new secret, so only whether it is the one in Key Vault is compared. */
function comparable(state: NpsServerState, secret: string): NpsServerState {
  for (const policy of state.networkPolicies) policy.authenticationMethods.sort();
  for (const client of state.radiusClients)
    client.secret = client.secret === secret ? 'that of Key Vault' : 'another';
  return state;
}

async function told(story: Stage, id: string) {
  const deployment = await story.ended(id);
  const [answer] = story.answers();
  expect(answer!.result).toEqual(deployment.result);
  // Drawn at random in each world.
  const {
    secretVersion: _,
    secrets: __,
    publicIpAddresses: ___,
    changes,
    made,
    ...result
  } = deployment.result!;
  const secret = story.world.azure.world.vault.secrets.get('radius-hub')!.at(-1)!.value;
  return {
    status: deployment.status,
    answer: { ...answer, id: undefined, deploymentId: undefined, at: undefined, text: undefined, result },
    made: made!.map((one) => ({ ...one, version: undefined })),
    // The two engines use different sentences for it.
    changed: changes!.map((change) => change.split(/: | /, 2).join(' ')).sort(),
    verified: stageOf(deployment, 'verify').detail,
    nps: comparable(story.nps('nps-01').state(), secret),
  };
}

it.skipIf(!engine)(
  `a deployment whose script really runs ends as one with the server in memory${skipped}`,
  async () => {
    const both = { pointToSite: { addressPool: ['172.16.201.0/24'], protocols: ['IkeV2', 'OpenVPN'] } };
    const play = async (npsEngine: 'memory' | 'powershell') => {
      const story = await stage({ npsEngine, npsEnginePaths });
      expect(story.nps('nps-01').engine).toBe(npsEngine);
      return told(story, await story.send(story.ticket(both)));
    };
    const memory = await play('memory');
    const real = await play('powershell');
    expect(real).toEqual(memory);
    expect(real).toMatchObject({
      status: 'Succeeded',
      answer: { virtualNetworkId: hub, status: 'Succeeded' },
      changed: expect.arrayContaining(['nps-01 radiusClient', 'nps-01 networkPolicy']),
      nps: { radiusClients: [{ name: 'vpngw-hub', secret: 'that of Key Vault' }] },
    });
    expect(real.nps.networkPolicies[0]!.authenticationMethods).toEqual(
      expect.arrayContaining(['EAP', 'EAP-MSCHAPv2', 'PAP']),
    );
  },
);

it.skipIf(!engine)(
  `a server that the script refuses fails the deployment with the script's own words${skipped}`,
  async () => {
    const story = await stage({ npsEngine: 'powershell', npsEnginePaths });
    story.nps('nps-01').change((nps) => {
      nps.mfa.loaded = false;
    });
    const deployment = await story.ended(await story.send(story.ticket()));
    expect(deployment).toMatchObject({
      status: 'Failed',
      error: { code: 'RequestRefused', details: [{ code: 'MfaExtensionMissing' }] },
    });
    expect(deployment.error!.message).toMatch(/NPS does not load it/);
    expect(story.nps('nps-01').state().radiusClients).toEqual([]);
  },
);
