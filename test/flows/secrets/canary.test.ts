import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { actions, nps01, type Stage, stage } from '../stage/stage.ts';
import { formsOf, told } from '../stage/told.ts';

/** Cannot appear by chance, in any form into which something might turn it. */
const canary = 'Kanarienvogel.gelb_4711-Xq';

const folder = mkdtempSync(join(tmpdir(), 'canary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Plays a ticket to its end and the hour after it, and searches everything for secrets and signatures. */
async function nowhere(arrange: (story: Stage, secret: string) => void, known = true): Promise<Stage> {
  const stateDir = join(folder, String(count++));
  const story = await stage({
    stateDir,
    scenario: known ? { secrets: [{ name: 'radius-hub', value: canary }] } : {},
  });
  arrange(story, canary);
  await story.ended(await story.send(story.ticket()));
  await story.host.runFor(60);

  const secret = story.world.azure.world.vault.secrets.get('radius-hub')!.at(-1)!.value;
  const forms = formsOf(secret);
  const texts = await told(story, stateDir);
  expect(texts.length).toBeGreaterThan(30);
  // JSON may escape its texts, so each text is searched as it is and unescaped.
  const found = texts.filter(([, text]) => forms.some((form) => text.includes(form)));
  expect(found.map(([where]) => where)).toEqual([]);
  const kept = texts.filter(([where]) => !/^(GET|POST|PUT|DELETE|PATCH) /.test(where));
  const signed = kept.filter(([, text]) => /[?&](?:s|c|sig)=[\w%-]{20}/.test(text));
  expect(signed.map(([where]) => where)).toEqual([]);
  return story;
}

describe('the shared secret is found in Key Vault and in the gateway body alone', () => {
  it('after a success', async () => {
    const story = await nowhere(() => {});
    expect(story.nps('nps-01').state().radiusClients).toMatchObject([{ secret: canary }]);
    // The search covers also what the app keeps.
    const texts = await told(story, join(folder, '0'));
    const kept = texts.map(([where]) => where);
    for (const part of ['plans', 'rows'])
      expect(kept.filter((where) => where.includes(part))).not.toEqual([]);
    const previews = texts.filter(([where]) => where.startsWith('GET plans/preview-'));
    expect(previews.map(([, text]) => JSON.parse(text).status)).toEqual(['Succeeded']);
    // The search itself works: it finds the secret where the secret must be.
    const [put] = story.requests('PUT', actions.gateway);
    expect(put!.body).toContain(canary);
    // NPS gets the secret in a form that only that server can read.
    expect(
      story.requests('PUT', actions.runCommand).some(({ body }) => body!.includes('"value":"rsa:')),
    ).toBe(true);
  });

  it('when it is generated', async () => {
    await nowhere(() => {}, false);
  });

  it.each<[string, (story: Stage, secret: string) => void]>([
    [
      'NPS fails',
      (story) =>
        story.nps('nps-01').change((state) => {
          state.mfa.installed = false;
        }),
    ],
    [
      'NPS prints what it was given',
      (story, secret) =>
        void Object.assign(story.nps('nps-01'), {
          run: async () => ({
            exitCode: 1,
            output: `SharedSecret=${secret}\n{"broken": "${secret}"`,
            error: secret,
          }),
        }),
    ],
    [
      'the gateway is refused, and Azure quotes the secret',
      (story, secret) => refused(story, actions.gateway, secret),
    ],
    [
      'the run command is refused, and Azure quotes the parameter',
      // The first run command only tests, and gets no secret.
      (story, secret) => refused(story, actions.runCommand, Buffer.from(secret).toString('base64'), 1),
    ],
    [
      'the gateway operation fails, and Azure quotes the secret',
      (story, secret) =>
        void story.world.azure.faults.add({
          match: { method: 'PUT', action: actions.gateway },
          effect: {
            kind: 'failOperation',
            code: 'InvalidSecret',
            message: `The secret '${secret}' is not valid.`,
          },
        }),
    ],
    [
      'every request meets a fault once',
      (story) => {
        for (let after = 0; after < 40; after += 4) {
          story.world.azure.faults.add({ match: {}, after, effect: { kind: 'respond', status: 500 } });
        }
      },
    ],
    [
      'connections break',
      (story) => {
        for (let after = 5; after < 60; after += 7) {
          story.world.azure.faults.add({ match: {}, after, effect: { kind: 'drop', afterEffect: true } });
        }
      },
    ],
    [
      'the gateway holds another secret',
      (story, secret) =>
        void story.world.azure.onEvent(({ subject }) => {
          const gateway = /virtualNetworkGateways/i.test(subject) && story.world.azure.resource(subject);
          const client =
            gateway && (gateway.properties.vpnClientConfiguration as { radiusServers: object[] });
          if (client) Object.assign(client.radiusServers[0]!, { radiusServerSecret: `${secret}?` });
        }),
    ],
    [
      'the machine is off',
      (story) => void Object.assign(story.properties(nps01)!, { powerState: 'stopped' }),
    ],
    [
      'the ticket system cannot be reached',
      (story) => void story.world.receiver.faults.push({ effect: 'dropBefore', times: 5 }),
    ],
  ])('after a failure: %s', async (_, arrange) => {
    await nowhere(arrange);
  });
});

function refused(story: Stage, action: string, quoted: string, after = 0): void {
  story.world.azure.faults.add({
    match: { method: 'PUT', action },
    after,
    effect: {
      kind: 'respond',
      status: 400,
      code: 'InvalidValue',
      message: `The value '${quoted}' is not valid.`,
    },
  });
}
