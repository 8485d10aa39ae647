import { type JsonObject, list, object, text } from '../azure/wire/messages.ts';
import type { Local } from '../local/local.ts';
import { jsonOrText } from '../parsed-json.ts';
import type { Answered } from './answers.ts';
import { everybodyAt, statusPath } from './everybody.ts';

const limitMinutes = 8 * 60;

/**
 * Follows an accepted request: a deployment until it has planned (it must have a plan or say why not), a check until it
 * has ended. Then it cancels the deployment, so that the VNet is free for the next request. Returns what is wrong.
 */
export async function faultOfTaken(
  local: Local,
  { status, text: body }: Answered,
): Promise<string | undefined> {
  const { statusUrl } = object(jsonOrText(body));
  if (status !== 202 || typeof statusUrl !== 'string') return undefined;
  const { call } = everybodyAt(local);
  let shown: JsonObject = {};
  let code = 0;
  const lookUntil = async (isThere: (shown: JsonObject) => boolean) =>
    local.host.runUntil(
      async () => {
        const answer = await call('GET', statusPath(statusUrl));
        [code, shown] = [answer.status, object(answer.body)];
        return code >= 400 && code !== 404 ? true : isThere(shown);
      },
      { limitMinutes },
    );
  try {
    await lookUntil(hasPlanned);
    const why = whyIncomprehensible(shown);
    if (why) return `${statusPath(statusUrl)} ${why}`;
    if (isAtWork(shown)) {
      const canceled = await call('POST', `${statusPath(statusUrl)}/cancel`, { by: 'ada@contoso.com' });
      if (![202, 409].includes(canceled.status))
        return `its cancel was answered ${canceled.status} ${JSON.stringify(canceled.body)}`;
      await lookUntil((shown) => !isAtWork(shown));
    }
    await local.host.settled();
    return whyIncomprehensible(shown);
  } catch (error) {
    return `was taken and did not come to an end: ${(error as Error).message}; last ${JSON.stringify(shown).slice(0, 300)}`;
  }
}

const isAtWork = ({ status }: JsonObject) =>
  ['Pending', 'Running', 'AwaitingApproval'].includes(text(status) ?? 'Pending');

/** A run of due rotations has no plan. It has looked for gateways, and may then wait for its window for days. */
function hasPlanned(shown: JsonObject): boolean {
  if (shown.atOnce !== undefined && shown.gateways !== undefined) return true;
  const plan = list(shown.stages).find(({ name }) => name === 'plan');
  return !isAtWork(shown) || (plan !== undefined && !['Pending', 'Running'].includes(text(plan.status)!));
}

/** Parts of a deployment or a run, as the API shows it, that no person could understand. */
export function whyIncomprehensible({
  status,
  error,
  steps,
  problems,
  stages,
}: JsonObject): string | undefined {
  const { code, message } = object(error);
  if (status === 'Failed' && (!text(code) || !text(message))) return 'failed and does not say why';
  if (code === 'InternalError') return `failed by a fault of the app: ${message}`;
  const failed = list(stages).find((stage) => stage.status === 'Failed');
  if (failed && /InternalError|unexpected/i.test(text(failed.detail) ?? '')) return `says ${failed.detail}`;
  const told = [...list(steps), ...list(problems)];
  return told.some((one) => Object.keys(one).length === 0) ? 'has an empty step or problem' : undefined;
}
