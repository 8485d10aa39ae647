import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { NpsOutcome } from '../../../../functions/deployment/steps/nps.ts';
import {
  type NpsReading,
  type VerifyOrder,
  verifyDeployment,
} from '../../../../functions/deployment/steps/verify-deployment.ts';
import { failed } from '../../../../shared/core/errors.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { formOf, gatewayWish } from '../../../../shared/gateway/gateway.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import type { RadiusProbeAnswer } from '../../../../shared/nps/model.ts';
import type { NpsFinding } from '../../../../shared/nps/result.ts';
import type { VpnGateways } from '../../../../shared/ports.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import { npsState } from '../../../shared/compliance/facts.ts';
import { defaults, gateway, gatewayId, hubSecret, inPlace, npsId, request } from '../../../shared/hub.ts';
import { vault } from './vault.ts';

const proofKey = Buffer.from('key of the proofs').toString('base64');
const secret = 'held-on-both-sides-4711';
const standing = gateway();
const plan = makePlan(request(), inPlace(standing), defaults).plan!;
const { secretName: name } = plan.servers[0]!;
const proofOf = (value: string) =>
  createHmac('sha256', Buffer.from(proofKey, 'base64')).update(value).digest('base64');

const client = (clientName: string, holds: string) => ({
  ...npsState().radiusClients[0]!,
  name: clientName,
  secretProof: proofOf(holds),
});

function answered(findings: readonly NpsFinding[] = [], clients = [client('vpngw-hub', secret)]): NpsOutcome {
  return {
    changed: false,
    changes: [],
    findings,
    findingsOmitted: 0,
    changesOmitted: 0,
    signInPath: [],
    state: { ...npsState(), radiusClients: clients },
  } as unknown as NpsOutcome;
}

interface World {
  readonly gateway?: VpnGateway | undefined;
  /** The gateway as the plan found it. */
  readonly before?: VpnGateway;
  readonly held?: string;
  readonly reading?: Partial<NpsReading>;
  /** Versions of the secret in Key Vault. */
  readonly versions?: number;
  /** The deployment that stored the first version, and the one that stored those after it. */
  readonly madeBy?: string;
  readonly newerBy?: string;
  /** The tries of a deployment that stored the first version, and those after it. */
  readonly attempt?: string;
  readonly newerAttempt?: string;
  /** So many looks at the gateway find nothing. */
  readonly missed?: number;
  /** A version that was stored before the one that counts, which is of the second try of vpn-1. */
  readonly older?: Partial<Secret>;
}

/**
 * What is told after everything was written, when Azure and NPS read as `world`. With an empty `world`, everything is
 * as planned.
 */
async function verified(world: World = {}) {
  const {
    held = secret,
    before = standing,
    reading,
    versions = 1,
    madeBy,
    newerBy,
    attempt,
    newerAttempt,
    older,
  } = world;
  const { secrets, rows, of } = vault({
    [name]: older ?? { value: secret, ...(madeBy && { madeBy }), ...(attempt && { attempt }) },
  });
  const secondTry = { 'vpn-radius-deployment': 'vpn-1', 'vpn-radius-attempt': 'b' };
  const version = older ? await secrets.write(name, secret, secondTry) : 'v1';
  const order: VerifyOrder = {
    gatewayId,
    wish: gatewayWish(plan),
    before: formOf(before),
    secrets: { '10.0.1.4': { name, version } },
    plan,
    npsServers: [{ answer: answered(), ...reading }],
    proofKey,
    deploymentId: 'vpn-1',
  };
  let { missed = 0 } = world;
  const gateways = {
    read: async () => {
      if (missed-- > 0) return undefined;
      return 'gateway' in world ? world.gateway : standing;
    },
    radiusSecrets: async () => [{ address: '10.0.1.4', secret: held }],
  } as Partial<VpnGateways> as VpnGateways;
  const tags: Record<string, string> = {
    ...(newerBy && { 'vpn-radius-deployment': newerBy }),
    ...(newerAttempt && { 'vpn-radius-attempt': newerAttempt }),
  };
  const later = Array.from({ length: versions - 1 }, () => secrets.write(name, 'newer', tags));
  await rows.insert('secret-version', name, version);
  await Promise.all(later);
  return { ...(await verifyDeployment(gateways, secrets, rows)(order)), stored: of(name) };
}

const details = (code: string, target: string, message: string) => ({
  failure: {
    code: 'VerificationFailed',
    details: expect.arrayContaining([{ code, target, message: expect.stringContaining(message) }]),
  },
});
const probe = (outcome: RadiusProbeAnswer['outcome']) =>
  ({ outcome, milliseconds: 7, message: `${outcome}.` }) as unknown as RadiusProbeAnswer;

it('the plan is of the secret that the world has', () => expect(hubSecret().name).toBe(name));

it('what the server cannot know about a sign-in is told, each once', async () => {
  const path = {
    client: 'vpngw-hub',
    tunnel: 'IkeV2',
    vendor311: true,
    unknown: ['dial-in', 'mfa-principal'],
  };
  const answer = { ...answered(), signInPath: [path, { ...path, vendor311: false }] } as NpsOutcome;
  expect((await verified({ reading: { answer } })).detail).toBe(
    'The gateway and the NPS server are as planned and hold the same secret; nps-01: only a sign-in shows the dial-in permission of each user, whether Entra ID accepts the MFA extension',
  );
});

it('what is as planned on both sides is told in one sentence', async () => {
  const { stored: _, ...told } = await verified();
  expect(told).toEqual({
    detail: 'The gateway and the NPS server are as planned and hold the same secret',
    verification: { problems: [], servers: [{ host: npsId, address: '10.0.1.4', open: [] }] },
  });
  const { detail, verification } = await verified({ reading: { probe: probe('ok') } });
  expect(detail).toContain('RADIUS answers in 7 ms');
  expect(verification.servers).toMatchObject([{ radius: 'ok' }]);
});

describe('a gateway that read back', () => {
  const openVpn = gateway({ pointToSite: { ...standing.pointToSite!, protocols: ['OpenVPN'] } });
  it.each<[string, World, string, string, string]>([
    ['is gone', { gateway: undefined }, 'GatewayGone', gatewayId, 'no longer exists'],
    [
      'kept the protocol that it was to lose',
      { before: openVpn, gateway: openVpn },
      'GatewayDiffers',
      gatewayId,
      'OpenVPN',
    ],
    ['holds another secret', { held: 'of-before' }, 'GatewaySecretDiffers', gatewayId, '10.0.1.4'],
    ['has a newer secret in Key Vault', { versions: 2 }, 'SecretOutdated', name, 'POST /api/rotations'],
    [
      'has a newer secret of another deployment in Key Vault',
      { versions: 2, madeBy: 'vpn-1', attempt: 'a', newerBy: 'vpn-2', newerAttempt: 'b' },
      'SecretOutdated',
      name,
      'POST /api/rotations',
    ],
    [
      'has a newer secret in Key Vault, which somebody stored with the tags copied',
      { versions: 2, madeBy: 'vpn-1', attempt: 'a', newerBy: 'vpn-1', newerAttempt: 'a' },
      'SecretOutdated',
      name,
      'POST /api/rotations',
    ],
  ])('%s is no success', async (_, world, code, target, message) => {
    await expect(verified(world)).rejects.toMatchObject(details(code, target, message));
  });

  it.each<[string, Partial<Secret>, boolean]>([
    [
      'of the same deployment, from a try that never learned of it, is disabled',
      { madeBy: 'vpn-1', attempt: 'a' },
      true,
    ],
    [
      'of the same try, which somebody stored with copied tags, stays',
      { madeBy: 'vpn-1', attempt: 'b' },
      false,
    ],
    ['of an earlier deployment, which a rotation replaced, stays', { madeBy: 'vpn-0', attempt: 'a' }, false],
    ['that somebody stored by hand stays', {}, false],
  ])('an older version %s', async (_, older, isDisabled) => {
    const { detail, stored } = await verified({ older });
    expect(detail).toContain('hold the same secret');
    expect(stored.map(({ instead }) => instead)).toEqual([isDisabled ? 'v2' : undefined, undefined]);
  });

  it('may have a second version of the same deployment, whose writer died before it disabled it', async () => {
    const twins = { versions: 2, madeBy: 'vpn-1', attempt: 'a', newerBy: 'vpn-1', newerAttempt: 'b' };
    const { detail } = await verified(twins);
    expect(detail).toContain('hold the same secret');
  });

  it('is looked for twice: one 404 does not mean that it is gone', async () => {
    expect((await verified({ missed: 1 })).detail).toContain('as planned');
    await expect(verified({ missed: 2 })).rejects.toMatchObject(
      details('GatewayGone', gatewayId, 'no longer exists'),
    );
  });

  it('has what somebody else changed meanwhile: that is theirs', async () => {
    expect((await verified({ gateway: gateway({ sku: 'VpnGw2AZ' }) })).detail).toContain('as planned');
  });
});

describe('an NPS server that read itself back', () => {
  const refuses = {
    id: 'sign-in-blocked',
    message: 'No user gets past the policy "Deny all".',
    client: 'vpngw-hub',
  };
  const missing = {
    id: 'radius-client-missing',
    message: 'There is no RADIUS client vpngw-hub.',
    client: 'vpngw-hub',
  };
  it.each<[string, Partial<NpsReading>, string, string]>([
    ['lets nobody in', { answer: answered([refuses]) }, 'SignInBlocked', 'Deny all'],
    [
      'lacks something, with how to fix it',
      { answer: answered([missing]) },
      'NpsDiffers',
      'To fix it: Send the ticket again. It sets the RADIUS client',
    ],
    [
      'has another secret',
      { answer: answered([], [client('vpngw-hub', 'another')]) },
      'NpsSecretDiffers',
      'vpngw-hub',
    ],
    ['lets anyone in', { probe: probe('accepts anyone') }, 'RadiusAcceptsAnyone', 'accepts anyone'],
    ['does not answer', { probe: probe('no answer') }, 'RadiusNoAnswer', 'no answer'],
    [
      'could not be read again',
      { failure: failed('NpsHostStopped', 'It is stopped.').failure },
      'NpsHostStopped',
      'could not be read again',
    ],
  ])('and %s is no success', async (_, reading, code, message) => {
    await expect(verified({ reading })).rejects.toMatchObject(details(code, npsId, message));
  });

  it('all that is wrong is told at once', async () => {
    const reading = { answer: answered([refuses, missing], [client('vpngw-hub', 'another')]) };
    const failure = await verified({ reading, held: 'of-before', versions: 2 }).catch(
      (error) => error.failure,
    );
    expect(failure.details.map(({ code }: { code: string }) => code)).toEqual([
      'GatewaySecretDiffers',
      'SecretOutdated',
      'SignInBlocked',
      'NpsDiffers',
      'NpsSecretDiffers',
    ]);
  });

  it('and whose probe client another gateway took over is told, and is no fault', async () => {
    const clients = [client('vpngw-hub', secret), client('vpn-radius-probe', 'of another gateway')];
    const reading = { answer: answered([], clients), probe: probe('no answer') };
    expect((await verified({ reading })).detail).toContain('RADIUS not checked on nps-01');
    const both = [client('vpngw-hub', 'another'), client('vpn-radius-probe', 'another')];
    await expect(verified({ reading: { ...reading, answer: answered([], both) } })).rejects.toMatchObject(
      details('RadiusSecretMismatch', npsId, 'no answer'),
    );
  });

  it('leaves to a person what does not keep users out, and says so', async () => {
    const audit = { id: 'audit-off', message: 'Failures are not audited.' };
    const { detail, verification } = await verified({ reading: { answer: answered([audit]) } });
    expect(detail).toContain('open on nps-01: audit-off');
    expect(verification.servers).toMatchObject([{ open: ['audit-off'] }]);
  });
});
