import { describe, expect, it } from 'vitest';
import { readNpsRun } from '../../../../functions/deployment/steps/nps.ts';
import type { NpsServers, Secrets } from '../../../../shared/ports.ts';

const value = `Sh4red"Secret\\of'hub`;
const secrets = {
  read: async (name: string, version?: string) =>
    name === 'radius-hub' && version === 'v1' ? { value, version } : undefined,
} as unknown as Secrets;

/** What the app tells of a run whose script printed that. */
async function told(printed: object) {
  const npsServers = {
    result: async () => ({ state: 'ended', exitCode: 1, output: JSON.stringify(printed), error: '' }),
  } as unknown as NpsServers;
  const read = readNpsRun(
    npsServers,
    secrets,
  )({
    hostId: '/nps-01',
    runName: 'run',
    secrets: [{ name: 'radius-hub', version: 'v1' }, { name: 'gone' }],
  });
  return JSON.stringify(await read.catch((error) => error.failure));
}

describe('what NPS says is told without the shared secret', () => {
  it('an error that quotes a command line, and the signed address of a download', async () => {
    const message = `netsh: sharedsecret = ${value} failed; see https://blob.example/log?sig=abc`;
    const text = await told({ error: { code: 'NetshFailed', message, target: value } });
    expect(JSON.parse(text)).toEqual({
      code: 'NetshFailed',
      message: 'netsh: sharedsecret = [secret] failed; see https://blob.example/log?[redacted]',
      target: '[secret]',
    });
  });

  it('changes and findings of a run that went well', async () => {
    const state = {
      server: { name: 'nps-01', os: 'Windows Server 2022', npasInstalled: true, serviceRunning: true },
      radiusClients: [],
      networkPolicy: { name: 'p', exists: true },
      mfa: { installed: true, loaded: true },
      blastRadius: {},
      audit: {},
    };
    const finding = {
      id: 'x',
      severity: 'high',
      message: `found ${value}`,
      fix: `Set-It '${value.replace("'", "''")}'`,
    };
    const text = await told({
      changed: true,
      changes: [{ id: 'client-secret:p', what: `set ${value}`, scope: 'own' }],
      findings: [finding],
      state,
    });
    expect(JSON.parse(text)).toMatchObject({
      changes: [{ what: 'set [secret]' }],
      findings: [{ message: 'found [secret]', fix: "Set-It '[secret]'" }],
    });
  });
});
