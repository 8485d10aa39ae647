import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../../shared/deployment/contract.ts';
import { isEnded } from '../../../shared/deployment/record/view.ts';
import { type JsonObject, object } from '../../azure/wire/messages.ts';
import type { Local } from '../../local/local.ts';
import { appOf } from '../../rehearsal/app.ts';
import { byHand } from '../../rehearsal/estate.ts';

/** Plays a flow: sends, approves and waits. What is done stays done when the process is killed and begins again. */
export interface Player extends Local {
  /**
   * Posts a request that starts something, and returns its id. When the answer was lost, it is sent again, as a ticket
   * system and a person do.
   */
  send(path: string, body: unknown): Promise<string>;
  agree(id: string): Promise<void>;
  ended(id: string): Promise<Deployment>;
  /** Lets this many minutes pass, and then more until everything that has started has ended. */
  quiet(minutes: number): Promise<void>;
  byHand(method: string, id: string, body: JsonObject): Promise<unknown>;
  /** What is done once, and what it gave. */
  once(name: string, act: () => unknown): Promise<string>;
}

/** A deployment takes at most hours. A deployment that still waits after a day has been forgotten. */
const limitMinutes = 24 * 60;

export function playerOf(local: Local, stateDir: string): Player {
  const { host, world } = local;
  const file = join(stateDir, 'played.json');
  const done: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const note = (name: string, value: string) => {
    done[name] = value;
    writeFileSync(file, JSON.stringify(done));
  };
  const { call } = appOf(local);
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    return { status: answer.status, body: object(answer.body) };
  };
  const answered = async (statuses: readonly number[], method: string, path: string, sent?: unknown) => {
    for (let attempt = 0; ; attempt++) {
      const { status, body } = await api(method, path, sent);
      if (statuses.includes(status)) return body;
      if (attempt > 9) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
      await host.runFor(2);
    }
  };
  // Asked only when an orchestration has gone on: nothing else changes a deployment.
  const until = (id: string, is: (deployment: Deployment) => boolean) => {
    let seen: number | undefined;
    return host.runUntil(
      async () => {
        const { replays } = host.durable.counts();
        if (replays === seen) return false;
        const { status, body } = await api('GET', `deployments/${id}`);
        if (status === 200) seen = replays;
        return status === 200 && is(body as unknown as Deployment);
      },
      { limitMinutes },
    );
  };
  return {
    ...local,
    async send(path, body) {
      const name = `${path} ${JSON.stringify(object(object(body).ticket).id ?? '')}`;
      if (!done[name]) note(name, String((await answered([202], 'POST', path, body)).id));
      return done[name]!;
    },
    async agree(id) {
      await this.once(`approved ${id}`, async () => {
        await until(id, ({ status }) => status === 'AwaitingApproval' || isEnded(status));
        const plan = await answered([200], 'GET', `deployments/${id}/plan`);
        const decision = { approved: true, by: 'Jonas', planDigest: plan.digest };
        // 409: a process sent it before, and was killed before it could note that.
        await answered([202, 409], 'POST', `deployments/${id}/approval`, decision);
      });
    },
    async ended(id) {
      await until(id, ({ status }) => isEnded(status));
      await host.settled();
      return (await api('GET', `deployments/${id}`)).body as unknown as Deployment;
    },
    async quiet(minutes) {
      await host.runFor(minutes);
      await host.settled();
    },
    byHand: (method, id, body) => byHand(world, { method, id, body }),
    async once(name, act) {
      if (done[name]) return done[name];
      const given = await act();
      await host.settled();
      world.save();
      note(name, typeof given === 'string' ? given : 'done');
      return done[name]!;
    },
  };
}
