import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const demo = fileURLToPath(new URL('../../../dist/simulator/demo/main.js', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'killed-demo-'));
afterAll(() => rmSync(state, { recursive: true, force: true }));

interface Line {
  readonly stage?: string;
  readonly status?: string;
  readonly outcome?: string;
  readonly message?: string;
}

/** Runs the demo on the state folder, and kills it when it tells that it has reached the stage. */
async function run(killAt?: { stage: string; status: string }) {
  const process_ = spawn(process.execPath, [demo, '--json', '--state', state, '--pace', '1500'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    process_.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const lines: Line[] = [];
  for await (const text of createInterface(process_.stdout)) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (killAt && line.stage === killAt.stage && line.status === killAt.status) process_.kill('SIGKILL');
  }
  return { lines, ...(await ended) };
}

it('a demo that is killed carries on from its state folder, each time, to the end', async () => {
  for (const killAt of [
    { stage: 'gatewaySubnet', status: 'Running' },
    { stage: 'gateway', status: 'Running' },
    { stage: 'nps', status: 'Succeeded' },
  ]) {
    const killed = await run(killAt);
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.lines.at(-1)?.outcome).toBeUndefined();
  }
  const { lines, code } = await run();
  expect(lines[0]!.message).toContain('continues');
  expect(lines.at(-1)).toMatchObject({ outcome: 'Succeeded' });
  expect(code).toBe(0);

  const world = JSON.parse(readFileSync(join(state, 'world.json'), 'utf8'));
  const text = JSON.stringify(world.azure);
  const gateways = text.match(/"type":"Microsoft\.Network\/virtualNetworkGateways"/g);
  expect(gateways).toHaveLength(1);
  expect(world.deliveries).toHaveLength(1);
  expect(JSON.parse(world.deliveries[0].body)).toMatchObject({ status: 'Succeeded' });
});
