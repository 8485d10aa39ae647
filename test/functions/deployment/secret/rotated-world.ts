import { createHmac, randomBytes } from 'node:crypto';
import type { GatewayOrder } from '../../../../functions/deployment/gateway/order.ts';
import { provisionGateway } from '../../../../functions/deployment/gateway/provision-gateway.ts';
import { configureNpsServer } from '../../../../functions/deployment/nps/configure-nps-server.ts';
import { runOf } from '../../../../functions/deployment/run.ts';
import { makeNewSecrets, rotateInTurns } from '../../../../functions/deployment/secret/rotation.ts';
import { writeGateway } from '../../../../functions/deployment/steps/gateway.ts';
import { compareGateway } from '../../../../functions/deployment/steps/gateway-comparison.ts';
import {
  explainGatewayFailure,
  readGateway,
} from '../../../../functions/deployment/steps/gateway-outcome.ts';
import { forgetNpsRun, readNpsRun, startNpsRun } from '../../../../functions/deployment/steps/nps.ts';
import {
  findSecretOnGateway,
  readSecretHolders,
  rotateRadiusSecret,
} from '../../../../functions/deployment/steps/rotate-secret.ts';
import { verifyDeployment } from '../../../../functions/deployment/steps/verify-deployment.ts';
import { failed } from '../../../../shared/core/errors.ts';
import type { DeploymentResult, Plan } from '../../../../shared/deployment/contract.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { gatewayWish } from '../../../../shared/gateway/gateway.ts';
import type { VpnGateway } from '../../../../shared/gateway/model.ts';
import type { GivenSecret, NpsHostStatus, NpsRun, NpsRunState } from '../../../../shared/nps/model.ts';
import type { NpsServers, Rows, Secrets, VpnGateways } from '../../../../shared/ports.ts';
import type { ServerSecret } from '../../../../shared/secret/model.ts';
import { virtualClock } from '../../../../simulator/clock.ts';
import { npsState } from '../../../shared/compliance/facts.ts';
import { defaults, gateway, gatewayId, inPlace, npsHost, npsId, request } from '../../../shared/hub.ts';
import { type Mishap, mishaps } from '../mishaps.ts';
import { play } from '../played.ts';
import { vault } from '../steps/vault.ts';

const hosts = [npsId, npsId.replace(/nps-01$/, 'nps-02')];
const addresses = ['10.0.1.4', '10.0.1.5'];
const [aSecond, aMinute] = [1000, 60_000];

/**
 * A gateway and its NPS servers over fake ports, in virtual time, with a client that signs in every ten seconds. A
 * rotation is played with the real steps and orchestrations. `mishap` says which request goes wrong.
 */
export function rotatedWorld(servers: 1 | 2, { failsOperation = 0, refusesRun = 0 } = {}) {
  const clock = virtualClock(new Date('2030-01-01T00:00:00.000Z'));
  const its = addresses.slice(0, servers);
  const plan = plans[servers];
  const names = plan.servers.map(({ secretName }) => secretName);
  const {
    secrets: kept,
    rows: _,
    of,
  } = vault(
    Object.fromEntries(
      names.map((name, index) => [name, { value: `of-before-${index}`, gatewayId, host: hosts[index]! }]),
    ),
  );
  const onGateway: Record<string, string> = Object.fromEntries(
    its.map((one, index) => [one, `of-before-${index}`]),
  );
  const onNps: Record<string, string> = { ...onGateway };
  let provisioningState: VpnGateway['provisioningState'] = 'Succeeded';
  let writes = 0;
  let starts = 0;

  const missed: number[] = [];
  let lastMissed = Number.NEGATIVE_INFINITY;
  let signIns = 0;
  const signIn = () => {
    signIns++;
    const at = clock.now().getTime();
    // A gateway asks its servers one after the other, until one answers.
    if (!its.some((address) => onGateway[address] === onNps[address])) {
      missed.push(at);
      lastMissed = at;
    }
    clock.after(10 * aSecond, signIn);
  };
  signIn();

  const wish = gatewayWish(plan);
  const read = () => gateway({ provisioningState, pointToSite: pointToSiteOf(its) });
  /** A gateway answers with the secrets that it will hold, also while it is being written. */
  let held = { ...onGateway };
  const gateways = {
    read: async () => read(),
    radiusSecrets: async () => Object.entries(held).map(([address, secret]) => ({ address, secret })),
    operationError: async () => ({ code: 'OperationFailed', message: 'It did not work out.' }),
    open: async () => ({
      gateway: read(),
      write: async (_wish: unknown, bySecret: Readonly<Record<string, string>>) => {
        provisioningState = 'Updating';
        const before = held;
        held = { ...bySecret };
        const fails = ++writes === failsOperation;
        clock.after(2 * aMinute, () => {
          provisioningState = fails ? 'Failed' : 'Succeeded';
          if (fails) held = before;
          else Object.assign(onGateway, bySecret);
        });
        return { retryAfterSeconds: 10, operationUrl: 'https://arm/operations/1' };
      },
    }),
  } as unknown as VpnGateways;

  const runs = new Map<string, NpsRunState & { readonly host?: string }>();
  const npsServers = {
    start: async (host: NpsHostStatus, run: NpsRun, secret?: GivenSecret) => {
      if (++starts === refusesRun)
        throw failed('VMAgentStatusCommunicationError', 'The VM agent does not report.', host.id);
      const key = `${host.id} ${run.name}`;
      const address = addresses[hosts.indexOf(host.id)]!;
      const startedAt = clock.now().toISOString();
      runs.set(key, { state: 'running' });
      clock.after(3 * aMinute, () => {
        if (secret) onNps[address] = secret.value;
      });
      clock.after(6 * aMinute, () => {
        const output = JSON.stringify(answerOf(run, onNps[address]!));
        const endedAt = clock.now().toISOString();
        runs.set(key, { state: 'ended', exitCode: 0, output, error: '', startedAt, endedAt });
      });
      return { retryAfterSeconds: 10 };
    },
    result: async (host: string, name: string) => {
      const run = runs.get(`${host} ${name}`);
      if (!run) throw failed('RunCommandMissing', 'There is no such run.');
      return run;
    },
    // The script on the server still runs to its end.
    forget: async (host: string, name: string) => void runs.delete(`${host} ${name}`),
  } as unknown as NpsServers;
  const secrets: Secrets = {
    ...kept,
    versions: async (name) => of(name).map(({ version }) => ({ version, createdAt: '', enabled: true })),
  };

  const { shaky, begin, requests } = mishaps();
  const opened = shaky({
    ...gateways,
    open: async (id: string) => {
      const open = await gateways.open(id);
      return { ...open, write: shaky({ write: open.write }).write };
    },
  });
  const [vaulted, npsPort] = [shaky(secrets), shaky(npsServers)];
  // Nobody else configures these servers, so any storage will do for the turns.
  const alone = { read: async () => undefined, insert: async () => true } as unknown as Rows;
  const agreed = new Map<string, unknown>();
  const entered = {
    read: async (_partition: string, key: string) =>
      agreed.has(key) ? { key, value: agreed.get(key), version: '1' } : undefined,
    insert: async (_partition: string, key: string, value: unknown) => !!agreed.set(key, value),
    replace: async (_partition: string, { key }: { key: string }, value: unknown) => !!agreed.set(key, value),
  } as unknown as Rows;
  const activities = {
    rotateRadiusSecret: rotateRadiusSecret(opened, vaulted, entered, 180),
    compareGateway: compareGateway(opened, vaulted),
    writeGateway: writeGateway(opened, vaulted),
    readGateway: readGateway(opened),
    explainGatewayFailure: explainGatewayFailure(opened, vaulted),
    startNpsRun: startNpsRun(npsPort, vaulted, alone, async () => false),
    readNpsRun: readNpsRun(npsPort, vaulted),
    forgetNpsRun: forgetNpsRun(npsPort, alone),
    verifyDeployment: verifyDeployment(opened, vaulted, entered),
    readSecretHolders: readSecretHolders(opened, vaulted),
    findSecretOnGateway: findSecretOnGateway(opened, vaulted),
    publishEvent: async () => undefined,
  };

  let rotations = 0;
  let carriesOn: readonly ServerSecret[] | undefined;
  let last: Partial<DeploymentResult> | undefined;
  return {
    /** One rotation to its end, as `POST /rotations` orders it. */
    async rotate(wrong?: Mishap) {
      begin(wrong);
      const outcome = await play(
        function* (context) {
          const run = runOf(context, {});
          const rotation = { gatewayId, ...(carriesOn && { carriesOn }) };
          const proofKey = randomBytes(32).toString('base64');
          try {
            const made = yield* makeNewSecrets(run, plan, rotation);
            const order: GatewayOrder = {
              gatewayId,
              wish,
              before: plan.gatewayBefore,
              secrets: Object.fromEntries(
                made.map(({ address, name, version }) => [address, { name, version }]),
              ),
            };
            yield* rotateInTurns(run, plan, order, [], proofKey);
          } finally {
            last = run.progress.status.result;
          }
        },
        {
          clock,
          activities,
          orchestrations: { configureNpsServer, provisionGateway },
          instanceId: `rotation-${++rotations}`,
        },
      );
      // What still runs somewhere now ends.
      const sent = requests();
      begin(undefined);
      clock.advance(30 * aMinute);
      carriesOn = 'value' in outcome ? undefined : (last?.secrets ?? carriesOn);
      return { outcome, requests: sent, result: last };
    },
    agree: () => its.every((address) => onGateway[address] === onNps[address]),
    isNew: () => its.every((address, index) => onGateway[address] !== `of-before-${index}`),
    versions: () => names.map((name) => of(name).length),
    /** Seconds during which the client could not sign in. */
    cutOff: () => missed.length * 10,
    stillCutOff: () => clock.now().getTime() - lastMissed <= 10 * aSecond,
    signIns: () => signIns,
  };
}

function pointToSiteOf(its: readonly string[]) {
  const radiusServers = its.map((address, index) => ({ address, score: 30 - index * 20 }));
  return { ...gateway().pointToSite!, radiusServers };
}

function planOf(its: readonly string[]): Plan {
  const servers = its.map((address, index) => ({ address, score: 30 - index * 20, host: hosts[index]! }));
  const standing = gateway({ pointToSite: pointToSiteOf(its) });
  const rails = {
    ...defaults,
    guardrails: { ...defaults.guardrails, npsMachines: [] },
    radiusServers: servers,
  };
  const { plan, problems } = makePlan(
    request({ radius: { servers } }),
    inPlace(standing, {
      npsHosts: servers.map(({ host }) => npsHost({ id: host })),
      isRotation: true,
      secrets: [],
    }),
    rails,
  );
  if (!plan) throw new Error(JSON.stringify(problems));
  return plan;
}

const plans = { 1: planOf(addresses.slice(0, 1)), 2: planOf(addresses) } as const;

function answerOf({ desiredState }: NpsRun, secret: string) {
  const { secretProofKey } = JSON.parse(desiredState) as { secretProofKey: string };
  const secretProof = createHmac('sha256', Buffer.from(secretProofKey, 'base64'))
    .update(secret)
    .digest('base64');
  const state = npsState();
  const radiusClients = state.radiusClients.map((client) => ({ ...client, secretProof }));
  return {
    changed: true,
    changes: [],
    findings: [],
    signInPath: [],
    left: [],
    state: { ...state, radiusClients },
  };
}
