import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import type { DeploymentStatus } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/view.ts';
import { hubNetworkId } from '../../simulator/azure/default-world.ts';
import { startLocal } from '../../simulator/local/local.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packed(name: string) {
  const file = join(folder, name);
  const told = execFileSync(process.execPath, [`${root}scripts/package.mjs`, file], { encoding: 'utf8' });
  return { bytes: readFileSync(file), told: JSON.parse(told) as { sha256: string; bytes: number } };
}

it('the package runs where nothing else of the project is, to a finished deployment', async () => {
  const { bytes, told } = packed('app.zip');
  expect(told.bytes).toBeLessThan(10e6);
  const files = unzipSync(bytes);
  const names = Object.keys(files);
  expect(names).toEqual(names.toSorted());
  expect(
    names.filter((name) => !/^(host\.json|package\.json|dist\/(functions|nps)\/.+)$/.test(name)),
  ).toEqual([]);
  expect(names.filter((name) => /node_modules|simulator|standins|test|local\.settings/.test(name))).toEqual(
    [],
  );
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, 'app', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  const { main } = JSON.parse(readFileSync(join(folder, 'app/package.json'), 'utf8')) as { main: string };
  const local = await startLocal({ seed: 'package', appFile: join(folder, 'app', main) });
  try {
    const call = async (path: string, body?: object) => {
      const answer = await local.host.fetch(
        `/api/${path}`,
        body && { method: 'POST', body: JSON.stringify(body) },
      );
      return (await answer.json()) as { id: string; status: string; stages: unknown };
    };
    const { id } = await call('tickets', {
      ticket: { system: 'webhook', id: 'REQ1' },
      virtualNetworkId: hubNetworkId,
    });
    const ended = async () => isEnded((await call(`deployments/${id}`)).status as DeploymentStatus);
    await local.host.runUntil(ended, { limitMinutes: 240 });
    const deployment = await call(`deployments/${id}`);
    expect(deployment.status, JSON.stringify(deployment.stages)).toBe('Succeeded');
    expect(
      local.world.azure.resource(
        `${hubNetworkId.replace(/virtualNetworks\/.*/, '')}virtualNetworkGateways/vpngw-hub`,
      ),
    ).toMatchObject({
      properties: { vpnClientConfiguration: { vpnAuthenticationTypes: ['Radius'] } },
    });
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
    expect(await call('health')).toEqual({ status: 'ok', version });
  } finally {
    await local.close();
  }
});

it('the same build gives the same package, in whatever time zone', () => {
  const zoned = (TZ: string) => {
    const file = join(folder, `${TZ.replace('/', '-')}.zip`);
    const { stdout } = spawnSync(process.execPath, [`${root}scripts/package.mjs`, file], {
      encoding: 'utf8',
      env: { ...process.env, TZ },
    });
    return (JSON.parse(stdout) as { sha256: string }).sha256;
  };
  expect(zoned('Pacific/Auckland')).toBe(zoned('America/New_York'));
});

it('npm run func says what is missing and how to get it', () => {
  const { status, stderr } = spawnSync(process.execPath, [`${root}scripts/func.mjs`], {
    encoding: 'utf8',
    env: { ...process.env, PATH: folder },
  });
  expect(status).toBe(1);
  expect(stderr).toContain('npm install --global azure-functions-core-tools@4');
});
