import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAzure } from '../../simulator/azure/azure.ts';
import { subscriptionId } from '../../simulator/azure/default-world.ts';
import { type HttpsServer, serveHttps } from '../../simulator/azure/wire/https-server.ts';
import { pacedClock } from '../../simulator/clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(`${tmpdir()}/conformance-`);
// Forty minutes of a gateway pass in a quarter of a second.
const clock = pacedClock(new Date('2026-11-29T08:00:00Z'), 10_000);
let azure = createAzure({ clock });
let server: HttpsServer;
beforeAll(async () => {
  server = await serveHttps({ handle: (request) => azure.handle(request) });
  writeFileSync(
    `${folder}/az`,
    `#!/bin/sh
case "$1 $2" in
  "account show") echo '{"id":"${subscriptionId}"}' ;;
  "cloud show") echo '{"endpoints":{"resourceManager":"${server.origin}"}}' ;;
  "account get-access-token") printf '{"accessToken":"%s"}' "$AZ_TOKEN" ;;
  *) exit 2 ;;
esac
`,
    { mode: 0o755 },
  );
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function conformance(...args: string[]) {
  const recording = `${folder}/recording.json`;
  const { token } = azure.token('https://management.azure.com/');
  const child = spawn(
    process.execPath,
    [`${root}scripts/conformance.mjs`, '--json', '--poll', '0.1', '--recording', recording, ...args],
    { env: { PATH: `${folder}:${process.env.PATH}`, NODE_EXTRA_CA_CERTS: server.caFile, AZ_TOKEN: token } },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  const lines =
    stdout.trim() === ''
      ? []
      : stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
  return { status, lines, stderr, recording: readFileSync(recording, 'utf8'), token };
}

it('finds the simulated Azure to be as it is assumed, cleans up, and records without a secret', async () => {
  const { status, lines, stderr, recording, token } = await conformance('--gateway');
  expect(stderr).toContain('The deletion of rg-vpn-radius-conformance-');
  expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
  expect({ status, counts: lines.at(-1) }).toMatchObject({
    status: 0,
    counts: { confirmed: 14, contradicted: 0 },
  });
  expect(recording).not.toContain(token);
  expect(recording).not.toContain(subscriptionId);
  expect(recording).not.toMatch(/radiusServerSecret": "[^…]/);
  expect(JSON.parse(recording).length).toBeGreaterThan(15);
  const left = () => [...azure.world.resourceGroups.keys()].filter((id) => id.includes('conformance'));
  // The deletion goes on without the program, but time passes only with requests.
  await expect
    .poll(
      async () => {
        await azure.handle({
          method: 'GET',
          url: `${server.origin}/subscriptions/${subscriptionId}/resourceGroups?api-version=2021-04-01`,
          headers: { authorization: `Bearer ${token}` },
        });
        return left();
      },
      { timeout: 20_000 },
    )
    .toEqual([]);
});

it('without --gateway makes none, and says what it has not looked at', async () => {
  const { status, lines, recording } = await conformance();
  expect({ status, counts: lines.at(-1) }).toMatchObject({
    status: 0,
    counts: { confirmed: 8, contradicted: 0 },
  });
  expect(lines).toContainEqual(expect.objectContaining({ verdict: 'not looked at', saw: 'needs --gateway' }));
  const asked = JSON.parse(recording).map(({ request }: { request: { path: string } }) => request.path);
  expect(asked.filter((path: string) => /virtualNetworkGateways\/conformance\?/.test(path))).toEqual([]);
});

it('says what is contradicted, and what was seen in its place', async () => {
  azure = createAzure({ clock, scenario: { radiusSecretOmitted: 'keeps' } });
  const { status, lines } = await conformance('--gateway');
  expect(status).toBe(1);
  expect(lines.filter(({ verdict }) => verdict === 'contradicted')).toEqual([
    {
      says: 'a PUT that leaves the RADIUS secret out clears it',
      verdict: 'contradicted',
      saw: 'the secret is still there',
    },
  ]);
});

it('has a line for every code that simulator/README.md assumes', async () => {
  const readme = readFileSync(`${root}simulator/README.md`, 'utf8');
  const [list = ''] =
    /^- the codes [^;]*;/m.exec(readme.slice(readme.indexOf('Only assumed, because'))) ?? [];
  const codes = [...list.matchAll(/`(\w+)`/g)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(20);
  const { assumptions } = (await import('../../scripts/conformance/assumptions.mjs' as string)) as {
    assumptions: readonly { readonly codes?: readonly string[] }[];
  };
  const known = assumptions.flatMap((one) => one.codes ?? []);
  expect(codes.filter((code) => !known.includes(code))).toEqual([]);
});
