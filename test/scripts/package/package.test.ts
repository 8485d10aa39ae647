import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, expect, it } from 'vitest';
import type { DeploymentStatus } from '../../../shared/deployment/contract.ts';
import { isEnded } from '../../../shared/deployment/record/view.ts';
import { hubNetworkId } from '../../../simulator/azure/default-world.ts';
import { startLocal } from '../../../simulator/local/local.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vpn-radius-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packed(name: string, ...options: readonly string[]) {
  const file = join(folder, name);
  const told = execFileSync(process.execPath, [`${root}scripts/package/package.mjs`, file, ...options], {
    encoding: 'utf8',
  });
  return { bytes: readFileSync(file), told: JSON.parse(told) as { sha256: string; bytes: number } };
}

it('the package runs where nothing else of the project is, to a finished deployment', async () => {
  const { bytes, told } = packed('app.zip');
  expect(told.bytes).toBeLessThan(10e6);
  const files = unzipSync(bytes);
  const names = Object.keys(files);
  expect(names).toEqual(names.toSorted());
  expect(
    names.filter(
      (name) =>
        !/^(host\.json|package\.json|LICENSE|dist\/(THIRD-PARTY-LICENSES\.txt|(functions|nps|portal)\/.+))$/.test(
          name,
        ),
    ),
  ).toEqual([]);
  const licences = Buffer.from(files['dist/THIRD-PARTY-LICENSES.txt']!).toString();
  for (const name of ['durable-functions', 'zod', '@azure/identity', 'preact'])
    expect(licences).toContain(`${name} `);
  expect(licences).not.toContain('no licence named');
  expect(Buffer.from(files.LICENSE!).toString()).toContain('MIT License');
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
    const page = await (await local.host.fetch('/api/portal')).text();
    const script = /src="([^"]+)"/.exec(page)![1]!;
    expect((await local.host.fetch(script)).status).toBe(200);
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
    const { stdout } = spawnSync(process.execPath, [`${root}scripts/package/package.mjs`, file], {
      encoding: 'utf8',
      env: { ...process.env, TZ },
    });
    return (JSON.parse(stdout) as { sha256: string }).sha256;
  };
  expect(zoned('Pacific/Auckland')).toBe(zoned('America/New_York'));
});

interface HostJson {
  readonly extensions: { readonly durableTask: { readonly storageProvider?: { readonly type?: string } } };
}
const hostJsonOf = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(unzipSync(bytes)['host.json']!).toString()) as HostJson;

it('the package for the Durable Task Scheduler names it in host.json, where the scale controller looks', () => {
  const scheduled = packed('scheduled.zip', '--backend', 'durableTaskScheduler');
  expect(hostJsonOf(scheduled.bytes).extensions.durableTask.storageProvider).toMatchObject({
    type: 'azureManaged',
    connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
  });
  expect(scheduled.told).toMatchObject({ backend: 'durableTaskScheduler' });
  expect(
    hostJsonOf(readFileSync(join(folder, 'app.zip'))).extensions.durableTask.storageProvider?.type,
  ).toBeUndefined();
});

it('azd packs a folder for the backend of its environment, and does not deploy it to another', () => {
  const run = (backend: string, ...options: readonly string[]) =>
    spawnSync(
      process.execPath,
      [`${root}scripts/package/package.mjs`, '--folder', join(folder, 'azd'), ...options],
      {
        encoding: 'utf8',
        env: { ...process.env, DURABLE_BACKEND: backend },
      },
    );
  expect(run('durableTaskScheduler').status).toBe(0);
  const { extensions } = JSON.parse(readFileSync(join(folder, 'azd/host.json'), 'utf8')) as HostJson;
  expect(extensions.durableTask.storageProvider?.type).toBe('azureManaged');
  expect(run('durableTaskScheduler', '--check').status).toBe(0);
  const other = run('azureStorage', '--check');
  expect(other.status).toBe(1);
  expect(other.stderr).toContain('azd env set DURABLE_BACKEND azureStorage');
  // Packing again replaces a package. Other files stay.
  expect(run('').status).toBe(0);
  expect(existsSync(join(folder, 'azd/LICENSE'))).toBe(true);
  const { status, stderr } = spawnSync(
    process.execPath,
    [`${root}scripts/package/package.mjs`, '--folder', `${root}infra`],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stderr).toContain('contains other files than a package');
  expect(existsSync(`${root}infra/main.bicep`)).toBe(true);
});

it('a backend that does not exist is refused', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [`${root}scripts/package/package.mjs`, join(folder, 'none.zip'), '--backend', 'netherite'],
    { encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stderr).toContain('azureStorage or durableTaskScheduler, not netherite');
});

it('npm run func says what is missing and how to get it', () => {
  const { status, stderr } = spawnSync(process.execPath, [`${root}scripts/func.mjs`], {
    encoding: 'utf8',
    env: { ...process.env, PATH: folder },
  });
  expect(status).toBe(1);
  expect(stderr).toContain('npm install --global azure-functions-core-tools@4');
});
