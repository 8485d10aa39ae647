import type { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { type NpsOrder, readNpsRun, startNpsRun } from '../../../../functions/deployment/steps/nps.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { NpsServers, Rows, Secrets } from '../../../../shared/ports.ts';

const value = `Sh4red"Secret\\of'hub`;
const secrets = {
  read: async (name: string, version?: string) =>
    name === 'radius-hub' && version === 'v1' ? { value, version } : undefined,
} as unknown as Secrets;

/** What the app tells of a run whose script printed that. */
const told = (printed: object) => ended({ output: JSON.stringify(printed) });

async function ended(run: { exitCode?: number; output?: string; error?: string }) {
  const npsServers = {
    result: async () => ({ state: 'ended', exitCode: 1, output: '', error: '', ...run }),
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

  it('what a run that failed has changed and not undone', async () => {
    const change = (what: string) => ({ id: 'x', what, scope: 'server' });
    const error = { code: 'ApplyFailed', message: 'Failed while adding the client.' };
    const text = await told({
      error,
      changes: [change('role NPAS installed'), change(`x ${value}`)],
      changesOmitted: 2,
    });
    const left = ['role NPAS installed', 'x [secret]', '2 more changes, which the answer could not hold'];
    expect(JSON.parse(text)).toEqual({
      code: 'ApplyFailed',
      message: `Failed while adding the client. This was changed on the server and stays: ${left.join('; ')}.`,
      target: '/nps-01',
      details: left.map((message) => ({ code: 'LeftOnNps', message, target: '/nps-01' })),
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
      findings: [{ message: 'found [secret]' }],
    });
  });
});

describe('a run that gave no result is told with what Azure and the server said of it', () => {
  const agent = "VM 'nps-01' has not reported status for VM agent or extensions.";

  it("Azure's own sentence, by its documented code", async () => {
    expect(JSON.parse(await ended({ exitCode: -1, error: agent }))).toEqual({
      code: 'VMAgentStatusCommunicationError',
      message: `The run command on the NPS server gave no result. The script stopped before its end: ${agent}`,
      target: '/nps-01',
    });
  });

  it('the exit code and the error stream, without the secret in any of its forms, and cut', async () => {
    const base64 = Buffer.from(value).toString('base64');
    const text = await ended({
      exitCode: 9009,
      error: `At line:1\r\n  -SharedSecret ${base64} ${value} ${'x'.repeat(600)}`,
    });
    expect(JSON.parse(text)).toMatchObject({
      code: 'NpsRunFailed',
      message: expect.stringContaining('Exit code 9009: At line:1 -SharedSecret [secret] [secret] xxx'),
    });
    expect(text).not.toContain(base64);
    expect(text.length).toBeLessThan(800);
  });

  it('output that is no result is never quoted, and the exit code is told beside it', async () => {
    const text = await ended({ exitCode: 1, output: `Copyright ${value}` });
    expect(JSON.parse(text)).toMatchObject({
      code: 'NpsOutputUnreadable',
      message: expect.stringMatching(/holds no line of JSON.* Exit code 1\.$/),
    });
    expect(text).not.toContain('Copyright');
  });

  const path = String.raw`C:\Packages\Plugins\Microsoft.CPlat.Core.RunCommandHandlerWindows\2.0.11\Downloads\script.ps1`;
  it.each([
    [
      'AllSigned',
      `File ${path} cannot be loaded. The file ${path} is not digitally signed. You cannot run this script on the current system. For more information about running scripts and setting execution policy, see about_Execution_Policies at https:/go.microsoft.com/fwlink/?LinkID=135170.\r\n    + CategoryInfo          : SecurityError: (:) [], ParentContainsErrorRecordException\r\n    + FullyQualifiedErrorId : UnauthorizedAccess`,
    ],
    [
      'Restricted, in another language',
      `Die Datei "${path}" kann nicht geladen werden, da die Ausführung von Skripts auf diesem System deaktiviert ist.\r\n    + CategoryInfo          : Sicherheitsfehler: (:) [], PSSecurityException\r\n    + FullyQualifiedErrorId : UnauthorizedAccess`,
    ],
  ])('an execution policy that lets no script of ours run (%s), with what to do', async (_, error) => {
    const quoted = `${error} -SharedSecret ${Buffer.from(value).toString('base64')}`;
    const text = await ended({ exitCode: 1, error: quoted });
    expect(JSON.parse(text)).toEqual({
      code: 'ScriptsForbidden',
      message: expect.stringMatching(/nothing was changed.*AllSigned/),
      target: '/nps-01',
    });
    expect(text).toContain('Turn on Script Execution');
    expect(text).toContain('script.ps1');
    expect(text).not.toContain(Buffer.from(value).toString('base64'));
    // Some agents return the error as output. The app never quotes it.
    const printed = await ended({ exitCode: 1, output: `${error} ${value}` });
    expect(JSON.parse(printed).code).toBe('ScriptsForbidden');
    expect(printed).not.toContain('script.ps1');
  });

  it('nothing at all is told as it is', async () => {
    expect(JSON.parse(await ended({ exitCode: 0 }))).toMatchObject({
      code: 'NpsOutputUnreadable',
      message: expect.stringContaining('it is empty'),
    });
  });
});

describe('a run command', () => {
  const order: NpsOrder = {
    host: { id: '/nps-01', kind: 'virtualMachine', location: 'westeurope' },
    runName: 'run',
    operation: 'Set',
    desiredState: '{}',
    secret: { name: 'radius-hub', version: 'v1' },
    secretKey: 'of-nps-01',
    timeoutMinutes: 25,
    cause: { deploymentId: 'vpn-1', gatewayId: '/vpngw-hub' },
  };
  function machine(
    standing: () => unknown,
    start: () => unknown = () => ({ retryAfterSeconds: 5 }),
    isOver = false,
  ) {
    const started: unknown[] = [];
    const npsServers = {
      result: async () => standing(),
      start: async (...given: unknown[]) => {
        started.push(given);
        return start();
      },
    } as unknown as NpsServers;
    // The turn is free.
    const rows = { read: async () => undefined, insert: async () => true } as unknown as Rows;
    const step = startNpsRun(npsServers, secrets, rows, async () => isOver);
    return { started, begun: step({ ...order, branch: 'b' }, {} as InvocationContext) };
  }
  const missing = () => {
    throw failed('RunCommandMissing', 'none', '/nps-01');
  };

  it('is started once', async () => {
    const { started, begun } = machine(missing);
    expect(await begun).toEqual({ retryAfterSeconds: 5 });
    expect(started).toMatchObject([
      [{ id: '/nps-01' }, { name: 'run', operation: 'Set' }, { value, key: 'of-nps-01' }],
    ]);
  });

  it.each(['running', 'ended'])(
    'is not started again by an attempt whose answer was lost (%s)',
    async (state) => {
      const { started, begun } = machine(() => ({ state }));
      await begun;
      expect(started).toEqual([]);
    },
  );

  it('is not started by a message that comes when its branch is over: it would bring back an old wish', async () => {
    const { started, begun } = machine(missing, undefined, true);
    expect(await begun).toEqual({ retryAfterSeconds: 10 });
    expect(started).toEqual([]);
  });

  it.each(['ResourceNotFound', 'ParentResourceNotFound'])(
    'of a machine that was there a moment ago (%s) is tried again',
    async (code) => {
      const { begun } = machine(missing, () => {
        throw failed(code, 'not found', '/nps-01');
      });
      await expect(begun).rejects.toMatchObject({ failure: { code: 'NpsHostGone', transient: true } });
    },
  );
});
