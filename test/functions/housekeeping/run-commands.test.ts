import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeLeftRunCommands } from '../../../functions/housekeeping/run-commands.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { failed } from '../../../shared/core/errors.ts';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';
import { npsRunName, npsTestName } from '../../../shared/nps/desired-state.ts';
import type { NpsServers } from '../../../shared/ports.ts';
import { npsId } from '../../shared/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a run command that cannot be removed does not keep the others; what runs, is fresh, or is of others stays', async () => {
  const now = new Date('2030-01-02T03:30:00Z');
  const ended = (minutesAgo: number) => ({
    state: 'succeeded',
    endedAt: new Date(now.getTime() - minutesAgo * 60_000).toISOString(),
  });
  const [stuck, running, fresh, old, asked] = [
    npsRunName('stuck'),
    npsRunName('running'),
    npsRunName('fresh'),
    npsRunName('old'),
    npsTestName('asked'),
  ];
  const runs = new Map<string, object>([
    [stuck, ended(600)],
    [running, { state: 'running' }],
    [fresh, ended(10)],
    ['patch-tuesday', ended(600)],
    [old, ended(600)],
    [asked, ended(600)],
  ]);
  const npsServers = {
    runNames: async () => [...runs.keys()],
    result: async (_: string, name: string) => runs.get(name),
    forget: async (_: string, name: string) => {
      if (name === stuck) throw failed('Conflict', 'Not now.');
      runs.delete(name);
    },
  } as unknown as NpsServers;
  const settings = {
    DEFAULT_NPS_SERVERS: [{ address: '10.0.1.4', host: npsId }],
    GUARDRAILS: guardrails.parse({}),
  };
  const night = () =>
    removeLeftRunCommands(npsServers, rowsInFolder(join(folder, 'rows')), settings as never, now);
  expect(await night()).toEqual({ machines: 1, removed: 2, failed: 1 });
  expect([...runs.keys()]).toEqual([stuck, running, fresh, 'patch-tuesday']);
  expect(await night()).toEqual({ machines: 1, removed: 0, failed: 1 });
});
