import { execFileSync, spawnSync } from 'node:child_process';
import { constants, createHash, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npsRunCommandScript } from '../../../shared/nps/script.ts';
import { desired, given, oldSecret, policyName, secret } from '../desired.ts';
import { forSeconds, powerShell, withoutPowerShell } from '../engine.ts';

/*
 * PowerShell with every log that a policy can turn on: module logging of "*" (event 4103), script block logging (4104),
 * transcription. On Linux it sends events to syslog(3). A small library that is loaded before the C library writes them
 * to a file: whole events, as they would be in the event log.
 */
const recorder = `
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
static void put(const char *format, va_list values) {
  static FILE *file;
  if (!file) file = fopen(getenv("SYSLOG_FILE"), "a");
  if (!file) return;
  vfprintf(file, format, values);
  fputs("\\n--8<--\\n", file);
}
void vsyslog(int priority, const char *format, va_list values) { put(format, values); }
void syslog(int priority, const char *format, ...) { va_list v; va_start(v, format); put(format, v); va_end(v); }
void __syslog_chk(int priority, int flag, const char *format, ...) { va_list v; va_start(v, format); put(format, v); va_end(v); }
`;

const compiler = spawnSync('cc', ['--version']).status === 0 && process.platform === 'linux';
const skipped =
  withoutPowerShell || (compiler ? '' : ' (skipped: needs Linux and a C compiler to record the events)');

const nps = fileURLToPath(new URL('../../../nps/', import.meta.url));
const standIns = join(nps, 'standins');
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** Secrets of RADIUS clients that are not the gateway's. */
const others = ['Wi-fi_Qp8.zT5=kN2', 'Sw1tch+Yb3-hC7_dR4'];
const other = (name: string, address: string, value: string) =>
  `${given.client(name, address)}$state.radiusClients[-1].sharedSecret = '${value}'`;
const shared = [
  other('wifi', '10.9.0.0/16', others[0] ?? ''),
  other('switch', '10.8.0.1', others[1] ?? ''),
].join('; ');
const ours = given.client('vpngw-hub', '10.0.255.0/27');
const withPap = desired({
  networkPolicy: { name: policyName, grant: true, authenticationMethods: ['EAP', 'PAP'] },
  secretProofKey: base64('a key for proofs'),
});
const own = desired({
  networkPolicy: { kind: 'own', ownName: 'VPN gateway vpngw-hub', authenticationMethods: ['PAP'] },
});

/** What is done to a server of its own, and how that server is before. */
const stories: Record<string, { given: string; runs: [string, unknown, string?][] }> = {
  'a fresh server': {
    given: '',
    runs: [
      ['Get', withPap],
      ['Test', withPap, secret],
      ['Set', withPap, secret],
      ['Set', withPap, oldSecret],
      ['Test', withPap, secret],
    ],
  },
  'a server that others use': {
    given: `${shared}; ${ours}`,
    runs: [
      ['Get', own],
      ['Test', own, secret],
      ['Set', own, secret],
    ],
  },
  'secrets that only the export shows': {
    given: `${shared}; ${ours}; Set-StandInValue $state.faults 'hideSecrets' $true`,
    runs: [
      ['Test', withPap, secret],
      ['Set', withPap, secret],
    ],
  },
  'one client per address': {
    given: `${shared}; ${given.fault('prefix', 'refused')}`,
    runs: [['Set', desired({ radiusClients: [{ name: 'vpngw-hub', address: '10.0.255.0/29' }] }), secret]],
  },
  'a client of another name, and narrower ones': {
    given: `${given.client('by-hand', '10.0.255.0/27')}; ${other('instance', '10.0.255.4', others[0] ?? '')}`,
    runs: [
      ['Test', desired(), secret],
      ['Set', desired(), secret],
    ],
  },
  'the service does not restart': {
    given: `${shared}; ${ours}; ${given.failing('Restart-Service', 'Service IAS failed to start')}`,
    runs: [['Set', own, secret]],
  },
  'netsh takes nothing back, and the import fails': {
    given: `${ours}; Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ 'Restart-Service' = [pscustomobject]@{ message = 'failed'; after = 0 }; 'netsh.exe' = [pscustomobject]@{ message = 'no'; after = 2 }; 'Import-NpsConfiguration' = [pscustomobject]@{ message = 'corrupt'; after = 0 } })`,
    runs: [['Set', withPap, secret]],
  },
  'the export fails': {
    given: `${ours}; ${given.failing('Export-NpsConfiguration', 'RPC server unavailable')}`,
    runs: [
      ['Get', withPap],
      ['Set', withPap, secret],
    ],
  },
  'the client is refused, with the secret in the message': {
    given: `${ours}; Set-StandInValue $state.faults 'commands' ([pscustomobject]@{ 'Set-NpsRadiusClient' = [pscustomobject]@{ message = 'The value {secret} is not valid'; written = $true } })`,
    runs: [['Set', withPap, secret]],
  },
  'a secret that the gateway would not take': {
    given: shared,
    runs: [['Set', desired(), `${secret}\u00e9`]],
  },
};

/** The key of the imagined server, as .NET writes it, and a secret encrypted for it as by the app. */
function serverKey() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  const parts = { Modulus: 'n', Exponent: 'e', P: 'p', Q: 'q', DP: 'dp', DQ: 'dq', InverseQ: 'qi', D: 'd' };
  const xml = Object.entries(parts).map(
    ([tag, field]) => `<${tag}>${Buffer.from(`${jwk[field]}`, 'base64url').toString('base64')}</${tag}>`,
  );
  return { xml: `<RSAKeyValue>${xml.join('')}</RSAKeyValue>`, publicKey };
}

interface Event {
  readonly text: string;
  readonly script: string;
}

describe.skipIf(skipped)(`what PowerShell records with every log turned on${skipped}`, () => {
  let folder = '';
  let settings = '';

  /** One start of PowerShell; returns what it printed and the events that it sent. */
  function record(name: string, args: readonly string[], input: string, home = folder) {
    const file = join(folder, `${name}.log`);
    const { stdout } = spawnSync(powerShell ?? '', ['-NonInteractive', '-SettingsFile', settings, ...args], {
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        ...forSeconds,
        LD_PRELOAD: join(folder, 'recorder.so'),
        SYSLOG_FILE: file,
      },
    });
    const events = readFileSync(file, 'utf8')
      .split('\n--8<--\n')
      .map((text): Event => ({ text, script: /^\s*Script Name = (.*)$/m.exec(text)?.[1] ?? '' }));
    return { stdout, events };
  }

  const transcripts = () =>
    readdirSync(join(folder, 'transcripts'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.txt'))
      .map((path) => readFileSync(join(folder, 'transcripts', path), 'utf8'));

  /** The secret itself, as base64, and its plain hash, with which somebody could check a guess. */
  const shapes = (value: string) => [
    value,
    base64(value),
    createHash('sha256').update(value).digest('base64'),
    createHash('sha256').update(value).digest('hex'),
  ];
  const all = [secret, oldSecret, ...others].flatMap(shapes);
  const holding = (texts: readonly string[], values: readonly string[]) =>
    texts.filter((text) => values.some((value) => text.includes(value)));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nps-'));
    settings = join(folder, 'settings.json');
    mkdirSync(join(folder, 'transcripts'));
    const policies = {
      ScriptBlockLogging: { EnableScriptBlockLogging: true },
      ModuleLogging: { EnableModuleLogging: true, ModuleNames: ['*'] },
      Transcription: {
        EnableTranscripting: true,
        EnableInvocationHeader: true,
        OutputDirectory: join(folder, 'transcripts'),
      },
    };
    const level = { LogLevel: 'Verbose', LogChannels: 'Operational,Analytic' };
    writeFileSync(settings, JSON.stringify({ PowerShellPolicies: policies, ...level }));
    writeFileSync(join(folder, 'recorder.c'), recorder);
    execFileSync('cc', [
      '-shared',
      '-fPIC',
      '-w',
      '-o',
      join(folder, 'recorder.so'),
      join(folder, 'recorder.c'),
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('the module', () => {
    let events: Event[] = [];
    let answers: { exitCode: number; output: string }[] = [];

    beforeAll(() => {
      const script = join(nps, 'run-command.ps1');
      const commands = Object.values(stories).flatMap(({ given: before, runs }, index) =>
        runs.map(([operation, want, value], step) => ({
          state: join(folder, `${index}.json`),
          script,
          given: step ? '' : `$state.moduleLogging = $true; ${before}`,
          parameters: {
            Operation: operation,
            DesiredState: base64(JSON.stringify(want)),
            ...(value === undefined ? {} : { SharedSecret: base64(value) }),
          },
        })),
      );
      // At the end the same cmdlets without the care of the module, so that the test knows that the logs see
      // everything.
      commands.push({
        state: join(folder, '0.json'),
        script: join(folder, 'careless.ps1'),
        given: '',
        parameters: { Operation: 'Get', DesiredState: '' },
      });
      const careless = `param($Operation, $DesiredState)
foreach ($client in @(Get-NpsRadiusClient)) { $null = $client | Select-Object -Property Name }
$parameters = @{ Name = 'vpngw-hub'; SharedSecret = ('control' + '-of-the-logs') }
Set-NpsRadiusClient @parameters
'{}'
`;
      writeFileSync(join(folder, 'careless.ps1'), careless);
      const told = record(
        'module',
        ['-NoProfile', '-File', join(standIns, 'Invoke-StandInCommands.ps1')],
        JSON.stringify(commands),
      );
      answers = JSON.parse(told.stdout);
      // A stand-in works in PowerShell. The real command of Windows does the same in compiled code, which is not
      // logged.
      const made = ({ text }: Event) => text.includes('$state.moduleLogging = $true');
      events = told.events.filter((event) => !event.script.startsWith(standIns) && !made(event));
    }, 600_000);

    const ofModule = () => events.filter(({ script }) => !script.endsWith('careless.ps1'));

    it('did all of it: changes, failures, answers', () => {
      expect(answers.map(({ exitCode }) => exitCode)).toEqual([
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0,
      ]);
      const told = answers.map(({ output }) => output).join('\n');
      expect(told).toContain('The value *** is not valid');
      for (const part of [
        'client-added',
        'client-secret',
        'policy-added',
        'could NOT be put back',
        'RPC server',
      ])
        expect(told).toContain(part);
    });

    it('the logs see what is bound to parameters, and what goes through a pipeline', () => {
      const careless = events.filter(({ script }) => script.endsWith('careless.ps1')).map(({ text }) => text);
      expect(holding(careless, ['control-of-the-logs']).join()).toContain(
        'ParameterBinding(Set-NpsRadiusClient)',
      );
      expect(holding(careless, [oldSecret]).join()).toContain('ParameterBinding(Select-Object)');
      const kinds = ['Pipeline_Detail', 'ScriptBlock_Compile_Detail'];
      for (const kind of kinds)
        expect(ofModule().filter(({ text }) => text.includes(`[${kind}:`)).length, kind).toBeGreaterThan(50);
    });

    it('holds no secret of any client, as it is, as base64 or as a hash, whatever was done and whatever failed', () => {
      expect(
        holding(
          ofModule().map(({ text }) => text),
          all,
        ),
      ).toEqual([]);
    });

    it('holds nothing of an export', () => {
      const bound = ofModule()
        .filter(({ text }) => text.includes('[Pipeline_Detail:'))
        .map(({ text }) => text);
      expect(bound.length).toBeGreaterThan(1000);
      expect(holding(bound, ['<Properties', '<Root', 'Radius_Client_Enabled', 'msNPSequence>'])).toEqual([]);
    });
  });

  describe('the run command, as its agent starts it', () => {
    const key = serverKey();
    const sealed = () => {
      return `rsa:${publicEncrypt({ key: key.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Buffer.from(secret)).toString('base64')}`;
    };
    const run = (name: string, value: string) => {
      const home = join(folder, name);
      const state = join(home, 'server.json');
      mkdirSync(join(home, '.config/powershell'), { recursive: true });
      writeFileSync(
        join(home, '.config/powershell/profile.ps1'),
        `Import-Module '${standIns}/VpnNpsStandIns.psm1'
Use-StandInServer '${state}'
$state = Get-StandInState; $state.rsaKey = [System.IO.File]::ReadAllText('${home}/key.xml'); $state.moduleLogging = $true; Save-StandInState $state
Use-StandInServer '${state}'
Enter-StandInCommand
`,
      );
      writeFileSync(join(home, 'key.xml'), key.xml);
      writeFileSync(join(home, 'script.ps1'), npsRunCommandScript());
      const parameters = ['-Operation', 'Set', '-DesiredState', base64(JSON.stringify(withPap))];
      return record(
        name,
        ['-File', join(home, 'script.ps1'), ...parameters, '-SharedSecret', value],
        '',
        home,
      );
    };

    it('holds no secret anywhere when it was encrypted for the server', () => {
      const { stdout, events } = run('sealed', sealed());
      expect(stdout).toContain('"id":"client-added:vpngw-hub"');
      const texts = events.filter(({ script }) => !script.startsWith(standIns)).map(({ text }) => text);
      expect(holding([...texts, ...transcripts()], all)).toEqual([]);
      expect(transcripts().join()).toContain(
        'ParameterBinding(script.ps1): name="SharedSecret"; value="rsa:',
      );
    }, 300_000);
  });
});
