import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sharedFolder } from '../../shared-folder.ts';
import { ownSample, realBody, withReal } from '../stage/payloads.ts';
import { gatewayId, hub, stage, stageOf } from '../stage/stage.ts';

interface Webhook {
  readonly user: object;
  readonly issue: { readonly key: string; readonly fields: Record<string, unknown> };
  readonly changelog: { readonly items: readonly Record<string, unknown>[] };
}
const sample = ownSample<{ fields: object; created: Webhook; approved: Webhook }>('jira');
const settings = { JIRA_FIELDS: JSON.stringify(sample.fields) };

/** A story with a Jira that holds all issues up to that key. */
async function withIssue(key: string, options: Parameters<typeof stage>[0] = { settings }) {
  const story = await stage(options);
  const [project, number] = key.split('-') as [string, string];
  for (let count = 0; count < Number(number); count++) story.world.jira.create(project, {});
  const comments = () => story.world.jira.comments(key);
  return { ...story, comments, status: () => story.world.jira.issues.get(key)!.status };
}

it('an issue that asks for an approval waits for its transition, and is answered by comments and a transition', async () => {
  const { created, approved } = sample;
  const story = await withIssue(created.issue.key);
  const id = await story.send(created, 'tickets/jira');
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  expect(story.writes()).toEqual([]);
  expect(story.comments().at(-1)).toContain('waiting for approval');

  // The person who asked cannot decide, also when the issue now names another reporter.
  const own = { ...approved, user: created.user };
  expect(await story.call('POST', 'tickets/jira', own)).toMatchObject({
    status: 403,
    body: { error: { code: 'Forbidden' } },
  });
  expect((await story.deployment(id)).status).toBe('AwaitingApproval');

  const decided = await story.call('POST', 'tickets/jira', approved);
  expect(decided).toMatchObject({ status: 202, body: { id, approved: true } });
  const deployment = await story.ended(id);
  expect(deployment).toMatchObject({
    status: 'Succeeded',
    ticket: { system: 'jira', id: 'NET-42', requestedBy: 'Maria Keller' },
  });
  expect(stageOf(deployment, 'approval').detail).toBe('Approved by Jonas Brunner: by transition of NET-42');
  expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
  expect(story.comments().at(-1)).toContain('succeeded');
  expect(story.status()).toBe('Done');
});

it('an issue decides on its own deployment alone, also when its fields are edited to name another VNet', async () => {
  const { created, approved } = sample;
  const story = await withIssue(created.issue.key);
  const id = await story.send(created, 'tickets/jira');
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  const other = { ...approved, issue: { ...approved.issue, key: 'NET-7' } };
  const answer = await story.call('POST', 'tickets/jira', other);
  expect(answer).toMatchObject({ status: 200, body: { ignored: true } });
  await story.host.runFor(60);
  expect((await story.deployment(id)).status).toBe('AwaitingApproval');
  expect(story.writes()).toEqual([]);
});

it('a webhook that Jira did not sign, or signed long ago, is refused', async () => {
  const secret = 'a webhook secret';
  const story = await withIssue(sample.created.issue.key, {
    settings: { ...settings, JIRA_WEBHOOK_SECRET: 'jira-webhook' },
    scenario: { secrets: [{ name: 'jira-webhook', value: secret }] },
  });
  const post = (body: object, signature: string | undefined) =>
    story.host.fetch('/api/tickets/jira', {
      method: 'POST',
      headers: signature ? { 'X-Hub-Signature': signature } : {},
      body: JSON.stringify(body),
    });
  const signed = (body: object) =>
    `sha256=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}`;
  const fresh = { ...sample.created, timestamp: Date.now() };

  expect((await post(fresh, undefined)).status).toBe(401);
  expect((await post(fresh, `sha256=${'0'.repeat(64)}`)).status).toBe(401);
  expect((await post(sample.created, signed(sample.created))).status).toBe(401);
  expect(story.writes()).toEqual([]);
  expect((await post(fresh, signed(fresh))).status).toBe(202);
});

describe.skipIf(!sharedFolder)(`webhooks that Jira Cloud sent${withReal}`, () => {
  const real = (name: string) => realBody<Webhook>(`tickets/${name}`);
  const fields = {
    virtualNetworkId: { value: hub },
    'pointToSite.addressPool': { value: '172.16.201.0/24' },
    'approval.required': { value: true },
  };

  it('an issue is created, waits, an edit of its text decides nothing, a transition does; the issue is answered', async () => {
    const created = real('jira_cloud_issue_created.json');
    const updated = real('jira_cloud_issue_updated.json');
    const story = await withIssue(created.issue.key, { settings: { JIRA_FIELDS: JSON.stringify(fields) } });
    const id = await story.send(created, 'tickets/jira');
    await story.until(id, ({ status }) => status === 'AwaitingApproval');

    const edited = await story.call('POST', 'tickets/jira', updated);
    expect(edited).toMatchObject({ status: 200, body: { ignored: true } });
    expect((await story.deployment(id)).status).toBe('AwaitingApproval');

    // The captured issue was never approved. So this is its own status change, with another new status.
    const status = created.changelog.items.find(({ fieldId }) => fieldId === 'status')!;
    const items = [{ ...status, from: status.to, fromString: status.toString, toString: 'Approved' }];
    const moved = await story.call('POST', 'tickets/jira', { ...updated, changelog: { items } });
    expect(moved).toMatchObject({ status: 202, body: { approved: true } });
    expect(await story.ended(id)).toMatchObject({ status: 'Succeeded', ticket: { id: created.issue.key } });
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
    expect(story.comments().at(-1)).toContain('succeeded');
  });
});
