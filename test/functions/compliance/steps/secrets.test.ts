import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { comparedSecrets } from '../../../../functions/compliance/steps/secrets.ts';
import type { SurveyedGateway } from '../../../../shared/compliance/survey.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { NpsAnswer } from '../../../../shared/nps/checks/facts.ts';
import type { VpnGateways } from '../../../../shared/ports.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import { client } from '../../../shared/compliance/facts.ts';
import { gateway, gatewayId, npsId } from '../../../shared/hub.ts';
import { vault } from '../../deployment/steps/vault.ts';

const name = 'radius-hub';
const address = '10.0.1.4';
const value = 'held-everywhere-4711';
const secretProofKey = Buffer.from('key of the proofs').toString('base64');
const stored: Partial<Secret> = { value, createdAt: '2030-05-01T00:00:00.000Z', gatewayId, host: npsId };
const surveyed = (server: Partial<SurveyedGateway['servers'][number]>): SurveyedGateway => ({
  gateway: gateway(),
  isDeployed: true,
  servers: [{ address, host: npsId, ...server }],
  onPremises: [],
  sharedPool: { count: 0, first: [] },
});
const known = surveyed({ secret: { name } as never });

const holding = (secret: string | Error) =>
  ({
    radiusSecrets: async () => {
      if (typeof secret !== 'string') throw secret;
      return [{ address, secret }];
    },
  }) as Partial<VpnGateways> as VpnGateways;

async function compared(
  its: SurveyedGateway,
  { inVault = stored as Partial<Secret> | null, held = value as string | Error, problem = '' } = {},
) {
  const { secrets } = vault(inVault ? { [name]: inVault } : {});
  const servers = { secretProofKey, hosts: [], ...(problem && { secretsProblem: problem }) };
  const [secret] = await comparedSecrets({ gateways: holding(held), secrets }, its, servers);
  return secret!;
}

describe('the shared secret of a gateway and its NPS server', () => {
  it.each<[string, Parameters<typeof compared>[1], object]>([
    ['is the same in Key Vault and on the gateway', {}, { is: 'known', differsOnGateway: false }],
    ['is another on the gateway', { held: 'another' }, { is: 'known', differsOnGateway: true }],
    [
      'is another on the gateway by its case alone',
      { held: value.toUpperCase() },
      { is: 'known', differsOnGateway: true },
    ],
    [
      'is of another gateway',
      { inVault: { ...stored, gatewayId: `${gatewayId}-2` } },
      { is: 'known', problem: expect.any(String) },
    ],
    [
      'has expired',
      { inVault: { ...stored, expiredAt: '2030-05-31T00:00:00Z' } },
      { is: 'known', expiredAt: '2030-05-31T00:00:00Z' },
    ],
    ['is not in Key Vault', { inVault: null }, { is: 'unreadable', reason: expect.stringContaining(name) }],
    [
      'was not looked for',
      { problem: 'Get and list are missing.' },
      { is: 'unreadable', reason: expect.stringContaining('Get and list') },
    ],
  ])('%s', async (_, world, facts) => {
    expect((await compared(known, world)).facts).toMatchObject(facts);
  });

  it('is not compared with a gateway that does not tell it: no answer is no difference', async () => {
    const { facts } = await compared(known, { held: failed('AuthorizationFailed', 'A role is missing.') });
    expect(facts).toMatchObject({ is: 'known' });
    expect(facts).not.toHaveProperty('differsOnGateway');
  });

  it('is asked for again after a refusal that passes', async () => {
    const throttled = new VpnRadiusError({ code: 'TooManyRequests', message: '429', transient: true });
    await expect(compared(known, { held: throttled })).rejects.toBe(throttled);
  });

  it("is nobody's where no server has one, or the gateway asks no RADIUS server", async () => {
    expect((await compared(surveyed({}))).facts).toEqual({ is: 'untracked' });
    const pointToSite = { ...gateway().pointToSite!, authenticationTypes: ['AAD'], radiusServers: [] };
    const aad = { ...known, gateway: gateway({ pointToSite }) };
    expect((await compared(aad)).facts).toEqual({ is: 'untracked' });
  });

  it('never leaves the step: neither its value nor a hash of it', async () => {
    expect(JSON.stringify(await compared(known))).not.toContain(value);
  });
});

describe('what NPS proves', () => {
  const answer = (secretProof?: string): NpsAnswer => ({
    host: npsId,
    state: client({ ...(secretProof && { secretProof }) }),
    findings: [],
    findingsOmitted: 0,
  });
  const proofOf = (secret: string) =>
    createHmac('sha256', Buffer.from(secretProofKey, 'base64')).update(secret).digest('base64');

  it.each([
    ['the same secret', answer(proofOf(value)), true],
    ['another', answer(proofOf(value.toUpperCase())), false],
    ['nothing', answer(), undefined],
  ])('is %s', async (_, told, same) => {
    expect((await compared(known)).sameOnNps(told)).toBe(same);
  });

  it('is unknown while it was not asked', async () => {
    expect((await compared(known)).sameOnNps(undefined)).toBeUndefined();
  });
});
