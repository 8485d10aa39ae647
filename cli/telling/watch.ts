import type { Deployment, Stage } from '../../shared/deployment/contract.ts';
import { isEnded } from '../../shared/deployment/record/view.ts';
import type { Call } from '../command.ts';
import { Ended, type ExitCode, exitCodes } from '../exit-codes.ts';
import { jsonLines, type Narration, plainLines, progressBar, tellStages } from './narration.ts';
import { facts, shortTime } from './tables.ts';
import { jsonLine, readableValue, type Terminal } from './terminal.ts';

const shortest = 2_000;
const longest = 15_000;
/** For this long, an app that does not answer is asked again: it may restart, or get a new version. */
const patience = 10 * 60_000;

/**
 * Reads again and again until `isOver`; `tell` gets each answer. It asks less often while nothing changes. When the app
 * does not answer for a while, this is said once, and the app is asked again.
 */
export async function followed<T>(
  terminal: Terminal,
  read: () => Promise<T>,
  tell: (answer: T) => void,
  isOver: (answer: T) => boolean,
): Promise<T> {
  let before = '';
  let pause = shortest;
  let awaySince: number | undefined;
  for (;;) {
    try {
      const answer = await read();
      if (awaySince !== undefined) terminal.warn('The app answers again.');
      awaySince = undefined;
      tell(answer);
      if (isOver(answer)) return answer;
      const now = JSON.stringify(answer);
      pause = now === before ? Math.min(pause * 1.5, longest) : shortest;
      before = now;
    } catch (error) {
      if (!(error instanceof Ended) || error.exitCode !== exitCodes.notReached) throw error;
      const now = terminal.now().getTime();
      if (awaySince === undefined)
        terminal.warn(`Not reached since ${new Date(now).toISOString()}: ${error.message}`);
      awaySince ??= now;
      if (now - awaySince > patience) throw error;
      pause = longest;
    }
    await terminal.wait(pause);
  }
}

/**
 * Tells how a deployment goes on, until it has ended or waits for an approval. `through` is a plan on which somebody
 * has just decided, or `all`: then waiting for an approval is not the end.
 */
export async function watchDeployment(
  { api, terminal, json }: Pick<Call, 'api' | 'terminal' | 'json'>,
  id: string,
  through?: string,
): Promise<ExitCode> {
  const narration = narrationOn(terminal, json);
  let told: readonly Stage[] = [];
  let waits = 0;
  const last = await followed(
    terminal,
    () => api.call<Deployment>('GET', `deployments/${id}`),
    (deployment) => {
      const shown = readableValue(deployment);
      told = tellStages(narration, told, shown);
      narration.progress(shown);
    },
    ({ status, planDigest }) => {
      if (status !== 'AwaitingApproval') return isEnded(status);
      // A decision needs a moment to arrive, so the deployment is read twice.
      waits += through === 'all' || through === planDigest ? 0 : 1;
      return waits > 1;
    },
  );
  narration.end({
    outcome: last.status,
    id,
    ...(last.result && { result: last.result }),
    ...(last.error && { error: last.error }),
  });
  if (!json) for (const line of endOf(last)) terminal.say(line);
  return exitCodeOf(last);
}

function narrationOn(terminal: Terminal, json: boolean): Narration {
  const now = () => terminal.now();
  if (json) return jsonLines((line) => terminal.write(`${jsonLine(JSON.parse(line))}\n`), now, now);
  return terminal.isScreen
    ? progressBar(terminal.write, now, terminal.width)
    : plainLines(terminal.write, now);
}

export function exitCodeOf({ status }: Deployment): ExitCode {
  if (status === 'AwaitingApproval') return exitCodes.awaitsApproval;
  return isEnded(status) && status !== 'Succeeded' ? exitCodes.endedBadly : exitCodes.done;
}

/** What a person has to know about how it ended, or about what it waits for. */
export function endOf({ id, status, decideBy, result, error }: Deployment): string[] {
  if (status === 'AwaitingApproval')
    return [
      `It waits for an approval${decideBy ? ` until ${shortTime(decideBy)}` : ''}: vpn-radius approve ${id}, or vpn-radius reject ${id}`,
    ];
  return [
    ...facts({
      Status: status,
      Gateway: result?.gatewayId,
      'Gateway subnet': result?.gatewaySubnet,
      'Public addresses': result?.publicIpAddresses?.join(', '),
      'RADIUS client': result?.radiusClient,
      'Network policy': result?.networkPolicy,
      Error: error && `${error.message} (${error.code})`,
      About: error?.target,
      'For support': error?.correlationId && `correlation id ${error.correlationId}`,
    }),
    ...(result?.changes?.length ? ['Changed', ...result.changes.map((one) => `  ${one}`)] : []),
  ];
}
