import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Azure, type AzureOptions, createAzure } from '../../../simulator/azure/azure.ts';
import { subscriptionId } from '../../../simulator/azure/default-world.ts';
import { serveHttps } from '../../../simulator/azure/wire/https-server.ts';
import { pacedClock } from '../../../simulator/clock.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Line {
  readonly verdict: string;
  readonly says: string;
  readonly ids: readonly string[];
  readonly saw: string;
}

export interface Told {
  readonly status: number | null;
  readonly lines: readonly Line[];
  readonly counts: {
    readonly confirmed: number;
    readonly contradicted: number;
    readonly notLookedAt: number;
  };
  readonly stderr: string;
  readonly recording: string;
}

/** `npm run conformance` against a simulated Azure on HTTPS, with an `az` that is signed in to it. */
export async function conformanceWorld() {
  const folder = mkdtempSync(`${tmpdir()}/conformance-`);
  // Forty minutes of a gateway pass in a second, an update in a quarter.
  const clock = pacedClock(new Date('2026-11-29T08:00:00Z'), 2400);
  let azure: Azure;
  const server = await serveHttps({ handle: (request) => azure.handle(request) });
  writeFileSync(
    `${folder}/az`,
    `#!/bin/sh
case "$1 $2" in
  "account show") echo '{"id":"${subscriptionId}","tenantId":"11111111-2222-4333-8444-555555555555","user":{"name":"anna@contoso.example"}}' ;;
  "cloud show") echo '{"name":"AzureCloud","endpoints":{"resourceManager":"${server.origin}"}}' ;;
  "account get-access-token") printf '{"accessToken":"%s"}' "$AZ_TOKEN" ;;
  *) exit 2 ;;
esac
`,
    { mode: 0o755 },
  );

  /** Runs it to its end; `during` may meddle. */
  async function conformance(
    args: readonly string[],
    during: (child: ChildProcess, said: () => string) => void = () => {},
  ): Promise<Told> {
    const file = `${folder}/recording.json`;
    rmSync(file, { force: true });
    const { token } = azure.token('https://management.azure.com/');
    const child = spawn(
      process.execPath,
      [`${root}scripts/conformance.mjs`, '--json', '--poll', '0.1', '--recording', file, ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: `${folder}:${process.env.PATH}`, NODE_EXTRA_CA_CERTS: server.caFile, AZ_TOKEN: token },
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      during(child, () => stderr);
    });
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const all = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const recording = all.length > 0 ? readFileSync(file, 'utf8') : '';
    if (recording.includes(token)) throw new Error('The recording holds the token.');
    return { status, lines: all.slice(0, -1), counts: all.at(-1), stderr, recording };
  }

  return {
    conformance,
    root,
    /** A new Azure behind the same address. */
    begin(options: Partial<AzureOptions> = {}): Azure {
      azure = createAzure({ clock, ...options });
      azure.settings.durations.gatewayUpdate = 600;
      return azure;
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What is in the simulated Azure that was not there to begin with. */
export function leftIn(azure: Azure): string[] {
  return [
    ...[...azure.world.resourceGroups.keys()].filter((id) => id.includes('conformance')),
    ...[...azure.world.resources].map(({ id }) => id).filter((id) => /conformance/i.test(id)),
  ];
}
