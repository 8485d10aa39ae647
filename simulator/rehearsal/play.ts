import type { Deployment } from '../../shared/deployment/contract.ts';
import type { LoggedRequest } from '../azure/azure.ts';
import { nextWait } from '../azure/events/delivery-schedule.ts';
import { type JsonObject, object, text } from '../azure/wire/messages.ts';
import type { Local } from '../local/local.ts';
import { appOf, digestOf, type RehearsedApp, type WholeDeployment } from './app.ts';
import type { Case, Step, StepKind } from './case.ts';
import { adoptRecord, answers, byHand, npsStates, shown, writes } from './estate.ts';
import { agreeOnSecrets, type SignIn, signIn } from './sign-in.ts';

/** The result of one step: one line of `--json`. */
export interface PlayedStep {
  readonly step: number;
  readonly do: StepKind;
  readonly status?: number;
  readonly body?: unknown;
  readonly deployment?: WholeDeployment;
  readonly report?: unknown;
  readonly signIn?: SignIn;
  readonly value?: unknown;
  /** What Azure reported to its subscribers during the step. */
  readonly events?: readonly Event[];
  /** Warnings and errors that the app wrote to its log during the step. */
  readonly log?: readonly string[];
  /** Why the step could not be done. */
  readonly error?: string;
}

export interface Event {
  readonly operationName: string;
  readonly subject: string;
  readonly status: string;
}

export interface Listener {
  began(step: Step, number: number): void;
  /** The state of a running deployment, after each moment in which it may have changed. */
  progress(deployment: Deployment): void;
  played(outcome: PlayedStep): void;
}

interface Stage {
  readonly local: Local;
  readonly app: RehearsedApp;
  readonly listener: Listener;
  /** Requests that steps sent to Azure by hand. */
  readonly byOthers: Set<LoggedRequest>;
  /** Id of the deployment that was started last. */
  last: string | undefined;
}

type Result = Omit<PlayedStep, 'step' | 'do' | 'log' | 'events'>;
type Act = (stage: Stage, step: Step) => Promise<Result>;

const usualLimit = 24 * 60;
/** How long an event is followed: a gateway takes forty minutes. */
const usualMinutes = 100;

/** Plays the steps of a case in order. True when each could be done. */
export async function play(
  local: Local,
  { steps }: Case,
  log: string[],
  listener: Listener,
): Promise<boolean> {
  agreeOnSecrets(local);
  const stage: Stage = { local, app: appOf(local), listener, byOthers: new Set(), last: undefined };
  const events: Event[] = [];
  const unsubscribe = local.world.azure.onEvent(({ eventType, eventGrid, subject }) => {
    const { operationName, status } = object(eventGrid.data);
    events.push({
      operationName: text(operationName) ?? eventType,
      subject,
      status: text(status) ?? 'Succeeded',
    });
  });
  let isDone = true;
  for (const [index, step] of steps.entries()) {
    log.length = 0;
    events.length = 0;
    listener.began(step, index + 1);
    const result = await acts[step.kind](stage, step).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
    if (result.error !== undefined) isDone = false;
    const told = [...new Set(log)];
    listener.played({
      step: index + 1,
      do: step.kind,
      ...result,
      ...(events.length > 0 && { events: [...events] }),
      ...(told.length > 0 && { log: told }),
    });
  }
  unsubscribe();
  return isDone;
}

const acts: Readonly<Record<StepKind, Act>> = {
  plan: async ({ app }, { value }) => app.call('POST', 'deployments/plan', value),
  ticket: playTicket,
  event: playEvent,
  compliance: playCompliance,
  http: playRequest,
  async arm({ local, byOthers }, { value }) {
    const { status, body, request } = await byHand(local.world, object(value));
    if (request) byOthers.add(request);
    return { status, body };
  },
  async minutes({ local }, { value }) {
    await local.host.runFor(Number(value));
    return {};
  },
  async signIn({ local }, { value }) {
    const wish = object(value);
    const user = text(wish.user) ?? 'anna';
    return { signIn: await signIn(local, { gateway: String(wish.gateway), from: String(wish.from), user }) };
  },
  show: async ({ local }, { value, beside }) => ({
    value: shown(local.world, String(value), Array.isArray(beside.keys) ? beside.keys : []),
  }),
  nps: async ({ local }) => ({ value: npsStates(local.world) }),
  writes: async ({ local, byOthers }) => ({ value: writes(local.world, byOthers) }),
  answers: async ({ local }) => ({ value: answers(local.world) }),
};

async function playTicket(stage: Stage, { value, beside }: Step): Promise<Result> {
  const { app, local, listener } = stage;
  const path = text(beside.path) ?? 'tickets';
  adoptRecord(local.world, path, value);
  const answer = await app.call('POST', path, value, object(beside.headers));
  const id = answer.status === 202 ? text(object(answer.body).id) : undefined;
  if (id === undefined) return answer;
  stage.last = id;
  if (beside.run === false) return { ...answer, ...(await deploymentIn(app, id)) };
  // A deployment that does not end in time is shown in the state that it has.
  const late = await app
    .runToEnd(id, limitOf(beside), (now) => listener.progress(now))
    .then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  return { ...answer, ...(await deploymentIn(app, id)), ...(late !== undefined && { error: late }) };
}

const limitOf = ({ limit }: JsonObject): number => (typeof limit === 'number' ? limit : usualLimit);

async function deploymentIn(app: RehearsedApp, id: string | undefined): Promise<Pick<Result, 'deployment'>> {
  const deployment = id === undefined ? undefined : await app.deployment(id);
  return deployment ? { deployment } : {};
}

/** An event as Event Grid delivers it: again after a while when the app throws. */
async function playEvent(stage: Stage, { value, beside }: Step): Promise<Result> {
  const { app, local } = stage;
  const { host, clock } = local;
  const before = new Set((await app.deployments()).map(({ id }) => id));
  const refusals: string[] = [];
  const name = text(beside.fn) ?? functionFor(object(value));
  if (!host.functions.some((one) => one.name === name)) throw new Error(`The app has no function ${name}.`);
  const deliver = async (attempt: number): Promise<void> => {
    try {
      await host.deliver(name, value);
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
      const wait = nextWait(attempt);
      if (wait !== undefined) clock.after(wait * 1000, () => void deliver(attempt + 1));
    }
  };
  await deliver(1);
  if (beside.run !== false)
    await host.runFor(typeof beside.minutes === 'number' ? beside.minutes : usualMinutes);
  await host.settled();
  const deployments = await app.deployments();
  const started = deployments.find(({ id }) => !before.has(id));
  if (started) stage.last = text(started.id);
  return {
    ...(await deploymentIn(app, text(started?.id))),
    value: {
      function: name,
      taken: refusals.length === 0,
      ...(refusals.length > 0 && { refusals }),
      deployments,
    },
  };
}

/** The event subscriptions of `infra/`. */
function functionFor(event: JsonObject): string {
  const type = text(event.eventType) ?? text(event.type) ?? '';
  if (/SecretNearExpiry$/i.test(type)) return 'secretNearExpiry';
  const operation = text(object(event.data).operationName) ?? '';
  return /virtualNetworkGateways\/write$/i.test(operation) ? 'gatewayWritten' : 'vnetCreated';
}

async function playCompliance({ app }: Stage, { value, beside }: Step): Promise<Result> {
  const answer = await app.call('POST', 'compliance/runs', value);
  const id = answer.status === 202 ? text(object(answer.body).id) : undefined;
  if (id === undefined) return answer;
  await app.runCompliance(id, limitOf(beside));
  const latest = await app.call('GET', 'compliance/latest?format=json');
  return { ...answer, ...(latest.status === 200 && { report: latest.body }) };
}

async function playRequest(stage: Stage, { value }: Step): Promise<Result> {
  const { app } = stage;
  const wish = object(value);
  const digest = JSON.stringify(wish).includes('{planDigest}')
    ? digestOf(stage.last === undefined ? undefined : await app.deployment(stage.last))
    : undefined;
  const fill = (part: unknown): unknown =>
    part === undefined
      ? undefined
      : JSON.parse(
          JSON.stringify(part)
            .replaceAll('{id}', stage.last ?? '')
            .replaceAll('{planDigest}', digest ?? ''),
        );
  const answer = await app.call(
    String(wish.method).toUpperCase(),
    String(fill(wish.path)),
    fill(wish.body),
    object(wish.headers),
  );
  const body = object(answer.body);
  if (answer.status === 202 && text(body.statusUrl)?.includes('/deployments/')) stage.last = text(body.id);
  return { ...answer, ...(Array.isArray(body.stages) ? await deploymentIn(app, text(body.id)) : {}) };
}
