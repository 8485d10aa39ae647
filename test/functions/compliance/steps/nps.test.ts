import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  answerOf,
  forgetNpsTest,
  giveUpNpsTest,
  joinNpsAnswers,
  readNpsTest,
  startNpsTest,
} from '../../../../functions/compliance/steps/nps.ts';
import { runFolder } from '../../../../functions/compliance/steps/run-folder.ts';
import { documentsInFolder } from '../../../../shared/azure/storage/documents-in-folder.ts';
import { failed, VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { NpsAnswer } from '../../../../shared/nps/checks/facts.ts';
import { usualClient } from '../../../../shared/nps/desired-state.ts';
import type { NpsHostStatus, NpsRunState } from '../../../../shared/nps/model.ts';
import { articlePolicy } from '../../../../shared/nps/network-policy.ts';
import { npsTests } from '../../../../shared/nps/nps-tests.ts';
import { isProofOf } from '../../../../shared/nps/secret-proof.ts';
import type { NpsServers } from '../../../../shared/ports.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { inMemoryNpsServer } from '../../../../simulator/nps/module/in-memory.ts';
import { freshNpsServer, type NpsServerState } from '../../../../simulator/nps/state.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import { gatewayId, npsHost, npsId } from '../../../shared/hub.ts';
import { vault } from '../../deployment/steps/vault.ts';

type Told = Exclude<NpsAnswer, { readonly problem: unknown }>;

const store = documentsInFolder(join(temporaryFolder('vpn-radius-nps-tests-').folder, 'documents'));
const folder = runFolder(store, 'run');
const order = { runId: 'run', index: 0 };
beforeEach(async () => {
  for (const name of await store.list('runs/run/')) await store.remove(name);
  await folder.write('tests/0', { host: npsId, desiredState: '{}', secretNames: [], gatewayIds: [] });
});

/** An NPS machine. It keeps which run commands were started and removed. */
function machine(host: NpsHostStatus | undefined, more: Partial<NpsServers> = {}) {
  const done: string[] = [];
  const servers = {
    readHost: async () => host,
    start: async (_: NpsHostStatus, { name, operation }: { name: string; operation: string }) => {
      done.push(`${operation} ${name}`);
      return { retryAfterSeconds: 1 };
    },
    forget: async (_: string, name: string) => void done.push(`forget ${name}`),
    ...more,
  } as Partial<NpsServers> as NpsServers;
  return { servers, done };
}
const answer = () => folder.find<Record<string, unknown>>(answerOf(0));

describe('a test', () => {
  it('only reads: it is started as Test, and its run command is forgotten by the same name', async () => {
    const { servers, done } = machine(npsHost());
    expect(await startNpsTest(servers, store)(order)).toBe('started');
    await forgetNpsTest(servers, store)(order);
    expect(done[0]).toMatch(/^Test vpn-radius-check-/);
    expect(done[1]).toBe(done[0]!.replace('Test', 'forget'));
  });

  it('that is answered is not started by a message that comes late: its run command would stay', async () => {
    const { servers, done } = machine(npsHost());
    await folder.write(answerOf(0), { host: npsId });
    expect(await startNpsTest(servers, store)(order)).toBe('answered');
    expect(done).toEqual([]);
  });

  it.each([
    ['is not there', undefined],
    ['is stopped', npsHost({ isRunning: false })],
    ['runs Linux', npsHost({ osType: 'Linux' })],
  ])('of a machine that %s starts nothing, and that is its answer', async (_, host) => {
    const { servers, done } = machine(host);
    expect(await startNpsTest(servers, store)(order)).toBe('answered');
    expect(done).toEqual([]);
    expect(await answer()).toMatchObject({
      host: npsId,
      isDown: true,
      problem: { message: expect.stringContaining('nps-01') },
    });
  });

  it('that may not be started is answered with the reason; a passing refusal is tried again', async () => {
    const refusing = (error: Error) => machine(npsHost(), { start: () => Promise.reject(error) }).servers;
    const denied = failed('AuthorizationFailed', 'A role is missing.', npsId);
    expect(await startNpsTest(refusing(denied), store)(order)).toBe('answered');
    expect(await answer()).toMatchObject({ isDown: false, problem: { code: 'AuthorizationFailed' } });
    await store.remove(`runs/run/${answerOf(0)}.json`);
    const busy = new VpnRadiusError({ code: 'TooManyRequests', message: '429', transient: true });
    await expect(startNpsTest(refusing(busy), store)(order)).rejects.toBe(busy);
  });

  it('that runs has no answer yet', async () => {
    const { servers } = machine(npsHost(), {
      result: async () => ({ state: 'running' }) as unknown as NpsRunState,
    });
    expect(await readNpsTest(servers, store, vault().secrets)(order)).toBeUndefined();
  });

  it('that was waited for long enough says so', async () => {
    await giveUpNpsTest(store)({
      ...order,
      problem: failed('NpsTimeout', 'No answer in 15 minutes.').failure,
    });
    expect(await answer()).toMatchObject({ host: npsId, isDown: false, problem: { code: 'NpsTimeout' } });
  });
});

describe('a test of sixty gateways', () => {
  const key = Buffer.from('proof-key').toString('base64');
  const users = Array.from({ length: 60 }, (_, index) => ({
    host: npsId,
    user: {
      gatewayId: gatewayId.replace('vpngw-hub', `vpngw-of-a-region-${index}`),
      gatewaySubnetPrefix: `10.${index}.255.0/27`,
      protocols: ['IkeV2'],
      networkPolicy: articlePolicy,
      mfaExtension: 'require' as const,
    },
  }));
  const secretOf = (index: number) => `secret of gateway ${index}`;

  /** A machine whose NPS answers, and the longest output of it. */
  function answering(given: (state: NpsServerState) => void) {
    const state = freshNpsServer('NPS-01');
    state.mfa.overrideNumberMatching = 'FALSE';
    Object.assign(state.networkPolicies[0]!, { grant: true });
    users.forEach(({ user }, index) => {
      state.radiusClients.push({
        name: `vpngw-of-a-region-${index}`,
        address: user.gatewaySubnetPrefix,
        ...usualClient,
        secret: secretOf(index),
      });
    });
    given(state);
    const nps = inMemoryNpsServer(state, virtualClock(new Date('2030-01-01T00:00:00Z')));
    const outputs = new Map<string, string>();
    const { servers } = machine(npsHost(), {
      async start(_, { name, operation, desiredState }) {
        const DesiredState = Buffer.from(desiredState).toString('base64');
        const run = await nps.run({ script: '', parameters: { Operation: operation, DesiredState } });
        outputs.set(name, run.output);
        return { retryAfterSeconds: 1 };
      },
      result: async (_, name) => ({ state: 'ended', exitCode: 0, output: outputs.get(name)!, error: '' }),
    });
    return { servers, outputs };
  }

  async function played(servers: NpsServers, part?: number) {
    const asked = part === undefined ? order : { ...order, part };
    expect(await startNpsTest(servers, store)(asked)).toBe('started');
    return readNpsTest(servers, store, vault().secrets)(asked);
  }

  const { tests } = npsTests(users, { secretProofKey: key });
  beforeEach(async () => {
    await store.remove('runs/run/answers/0.json');
    await folder.write('tests/0', tests[0]);
  });

  it('is one run, whose short answer proves every secret', async () => {
    expect(tests).toHaveLength(1);
    const { servers, outputs } = answering((state) => {
      state.radiusClients[7]!.authAttributeRequired = true;
    });
    expect(await played(servers)).toBe('answered');
    expect(outputs.size).toBe(1);
    const { state, findings } = (await folder.read(answerOf(0))) as Told;
    expect(state.radiusClients).toHaveLength(60);
    for (const [index] of users.entries()) {
      const its = state.radiusClients.find(({ name }) => name === `vpngw-of-a-region-${index}`)!;
      expect(its).toMatchObject({
        address: `10.${index}.255.0/27`,
        vendor: 'RADIUS Standard',
        enabled: true,
        authAttributeRequired: index === 7,
      });
      expect(isProofOf(its.secretProof!, secretOf(index), key)).toBe(true);
      expect(isProofOf(its.secretProof!, secretOf(index + 1), key)).toBe(false);
    }
    expect(findings.map(({ id, client }) => [id, client])).toContainEqual([
      'radius-client-options',
      'vpngw-of-a-region-7',
    ]);
  });

  it('compares the own policy of every gateway, also where another policy lets its users in', async () => {
    const { servers } = answering((state) => {
      const [byDefault, ...others] = state.networkPolicies;
      const own = users.map((_, index) => ({
        ...byDefault!,
        name: `VPN gateway vpngw-of-a-region-${index}`,
        enabled: index !== 41,
        conditions: [`MATCH("Client-Friendly-Name=^vpngw-of-a-region-${index}$")`],
      }));
      state.networkPolicies = [...own, byDefault!, ...others].map((one, index) => ({
        ...one,
        order: index + 1,
      }));
    });
    expect(await played(servers)).toBe('answered');
    const { findings } = (await folder.read(answerOf(0))) as Told;
    expect(findings.map(({ id, message }) => [id, message])).toContainEqual([
      'policy-disabled',
      "The network policy 'VPN gateway vpngw-of-a-region-41' is disabled.",
    ]);
    expect(findings.map(({ id }) => id)).not.toContain('sign-in-blocked');
  });

  it.each([
    ['a stopped service blocks every gateway', (state: NpsServerState) => (state.serviceRunning = false)],
    [
      'every client is of another vendor',
      (state: NpsServerState) => {
        for (const one of state.radiusClients) one.vendor = 'Microsoft';
      },
    ],
  ])('is made again in parts when one answer cannot hold all: %s', async (_, given) => {
    const { servers, outputs } = answering(given);
    expect(await played(servers)).toEqual({ parts: 10 });
    expect(await answer()).toBeUndefined();
    for (let part = 0; part < 10; part++) expect(await played(servers, part)).toBe('answered');
    await joinNpsAnswers(store)({ ...order, parts: 10 });
    expect(outputs.size).toBe(11);
    const { state, findings, findingsOmitted } = (await folder.read(answerOf(0))) as Told;
    expect(findingsOmitted).toBe(0);
    expect(state.radiusClients).toHaveLength(60);
    const about = new Set(findings.flatMap(({ client }) => client ?? []));
    expect(about.size).toBe(60);
    // What is about the server is told once.
    expect(new Set(findings.map((one) => JSON.stringify(one))).size).toBe(findings.length);
  });

  it('has no answer when one of its parts has none', async () => {
    const { servers } = answering((state) => (state.serviceRunning = false));
    await played(servers, 0);
    await giveUpNpsTest(store)({ ...order, part: 1, problem: failed('NpsTimeout', 'Silent.').failure });
    await joinNpsAnswers(store)({ ...order, parts: 2 });
    expect(await answer()).toMatchObject({ problem: { code: 'NpsTimeout' } });
  });
});

it.each(['{"host":', '<html>', ''])(
  'what came of the folder as %j is not believed, and read again',
  async (text) => {
    await store.write('runs/run/tests/0.json', text, 'application/json');
    const { servers } = machine(npsHost());
    const read = startNpsTest(servers, store)(order);
    await expect(read).rejects.toMatchObject({ failure: { code: 'UnexpectedAnswer', transient: true } });
    const large = folder.readLarge('tests/0');
    await expect(large).rejects.toMatchObject({ failure: { code: 'UnexpectedAnswer', transient: true } });
  },
);

it('an order of a run whose folder is gone says to start again', async () => {
  const { servers } = machine(npsHost());
  await expect(startNpsTest(servers, store)({ runId: 'removed', index: 0 })).rejects.toMatchObject({
    code: 'RunFolderIncomplete',
  });
});
