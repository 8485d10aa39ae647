import { describe, expect, it } from 'vitest';
import { actions, gatewayId, hub, stage, stageOf, statuses, subnetId } from '../stage/stage.ts';

const anyDigest = '0'.repeat(64);

/** A deployment that waits for somebody's decision. */
async function asking(approval: object = { required: true, timeoutDays: 7 }) {
  const story = await stage();
  const id = await story.send(story.ticket({ approval }));
  await story.until(id, ({ status }) => status === 'AwaitingApproval');
  const plan = async () => (await story.call('GET', `deployments/${id}/plan`)).body;
  const decide = async (body: object) =>
    story.call('POST', `deployments/${id}/approval`, { planDigest: (await plan()).digest, ...body });
  return { ...story, id, plan, decide };
}

describe('an approval is for one plan', () => {
  it('is refused for any other', async () => {
    const story = await asking();
    expect(await story.decide({ approved: true, by: 'Jonas', planDigest: anyDigest })).toMatchObject({
      status: 409,
      body: { error: { code: 'PlanChanged', target: 'planDigest' } },
    });
    expect(await story.decide({ approved: true, by: 'Jonas', planDigest: 'yes' })).toMatchObject({
      status: 400,
      body: { error: { details: [{ target: 'planDigest' }] } },
    });
    expect((await story.deployment(story.id)).status).toBe('AwaitingApproval');
  });

  it('asks again, and says what has changed, where the estate is another by then', async () => {
    const story = await asking();
    const before = await story.plan();
    await story.armWrites('PUT', subnetId, { properties: { addressPrefix: '10.0.255.0/27' } });
    await story.decide({ approved: true, by: 'Jonas' });
    await story.until(story.id, ({ planDigest }) => planDigest !== before.digest);
    await story.host.settled();
    expect(await story.deployment(story.id)).toMatchObject({ status: 'AwaitingApproval' });
    // Only the write of the other.
    expect(story.writes()).toHaveLength(1);
    expect(story.answers()).toHaveLength(2);
    expect(story.answers()[1]!.text).toContain(
      `What has changed since its approval:\n- no more: Step gatewaySubnet: create ${subnetId}: 10.0.255.0/27\n- new: Step gatewaySubnet: keep ${subnetId}`,
    );
    expect(new Set(story.answers().map(({ id }) => id)).size).toBe(2);
    const changedSinceApproval = [
      `no more: Step gatewaySubnet: create ${subnetId}: 10.0.255.0/27`,
      `new: Step gatewaySubnet: keep ${subnetId}`,
    ];
    expect(await story.plan()).toMatchObject({ changedSinceApproval });
    expect(story.world.azure.topicEvents.at(-1)).toMatchObject({ data: { plan: { changedSinceApproval } } });
    expect(before).not.toHaveProperty('changedSinceApproval');

    const stale = await story.decide({ approved: true, by: 'Jonas', planDigest: before.digest });
    expect(stale).toMatchObject({ status: 409, body: { error: { code: 'PlanChanged' } } });
    expect((await story.decide({ approved: true, by: 'Maria' })).status).toBe(202);
    const deployment = await story.ended(story.id);
    expect(deployment.status).toBe('Succeeded');
    expect(stageOf(deployment, 'approval').detail).toBe('Approved by Maria');
    expect(story.requests('PUT', actions.subnet)).toHaveLength(1);
  });

  it('is no approval when it was raised past our routes', async () => {
    const story = await asking();
    const { digest } = await story.plan();
    const forged = { approved: true, by: 'ciso@contoso.com', planDigest: digest, proof: 'guessed' };
    const path = `/runtime/webhooks/durabletask/instances/${story.id}/raiseEvent/approval`;
    for (const body of [forged, true, 'approved']) {
      const raised = await story.host.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(raised.status).toBe(202);
    }
    await story.host.runFor(60);
    expect((await story.deployment(story.id)).status).toBe('AwaitingApproval');
    expect(story.writes()).toEqual([]);

    await story.decide({ approved: false, by: 'Jonas' });
    expect(await story.ended(story.id)).toMatchObject({ status: 'Rejected' });
  });
});

describe('a deployment that needs an approval', () => {
  it('waits with its plan in an event, tells the ticket, and has written nothing', async () => {
    const story = await asking();
    expect(story.writes()).toEqual([]);
    expect(story.answers()).toMatchObject([
      {
        status: 'AwaitingApproval',
        text: expect.stringMatching(/waits for an approval.*365 US dollars a month/s),
      },
    ]);
    expect(story.world.azure.topicEvents).toMatchObject([
      {
        specversion: '1.0',
        type: 'VpnRadius.Deployment.AwaitingApproval',
        subject: hub,
        data: {
          deploymentId: story.id,
          status: 'AwaitingApproval',
          ticket: { id: 'REQ0012345' },
          plan: { estimatedMonthlyCost: 365, steps: expect.any(Array) },
        },
      },
    ]);
    const { plan } = story.world.azure.topicEvents[0]!.data as {
      plan: { steps: { name: string; action: string }[] };
    };
    expect(plan.steps.map(({ name, action }) => `${action} ${name}`)).toContain('create gateway');
    // The ticket, the event and the API tell the same plan, and none of them cuts it.
    const whole = await story.plan();
    expect(whole).toMatchObject({ id: story.id, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(story.world.azure.topicEvents[0]!.data).toMatchObject({ plan: { digest: whole.digest } });
    const { text } = story.answers()[0]!;
    expect(text).toContain(whole.digest);
    for (const { name, action, target, changes = [] } of whole.steps) {
      expect(text).toContain(`Step ${name}: ${action} ${target}`);
      for (const change of changes) expect(text).toContain(change);
    }
    // What Set will change on NPS, as the server told it.
    expect(whole.servers).toMatchObject([
      {
        otherRadiusClients: 0,
        changes: expect.arrayContaining([
          expect.objectContaining({ id: 'client-added:vpngw-hub', scope: 'own', restart: true, asks: false }),
        ]),
      },
    ]);
    expect(text).toContain('client-added:vpngw-hub');
    await story.host.runFor(24 * 60);
    expect(await story.deployment(story.id)).toMatchObject({
      status: 'AwaitingApproval',
      endedAt: null,
      planDigest: whole.digest,
      decideBy: expect.stringMatching(/^2030-01-08T00:0[01]/),
    });
    expect(story.writes()).toEqual([]);
  });

  it('goes on once it is approved, and names who did', async () => {
    const story = await asking();
    expect(await story.decide({ approved: true, by: 'Jonas', comment: 'agreed' })).toMatchObject({
      status: 202,
      body: { id: story.id, approved: true },
    });
    const deployment = await story.ended(story.id);
    expect(deployment.status).toBe('Succeeded');
    expect(stageOf(deployment, 'approval').detail).toBe('Approved by Jonas: agreed');
    expect(story.properties(gatewayId)).toMatchObject({ provisioningState: 'Succeeded' });
    expect(story.answers().map(({ status }) => status)).toEqual(['AwaitingApproval', 'Succeeded']);
    expect(story.world.azure.topicEvents.map(({ type }) => type)).toEqual([
      'VpnRadius.Deployment.AwaitingApproval',
      'VpnRadius.Deployment.Succeeded',
    ]);
  });

  it('ends Rejected when it is rejected, with nothing written', async () => {
    const story = await asking();
    await story.decide({ approved: false, by: 'Jonas', comment: 'not this quarter' });
    const deployment = await story.ended(story.id);
    expect(deployment).toMatchObject({ status: 'Rejected', error: { code: 'Rejected' } });
    expect(story.writes()).toEqual([]);
    expect(story.answers().at(-1)).toMatchObject({
      status: 'Rejected',
      text: 'Rejected by Jonas: not this quarter. Nothing was written.',
    });
    expect(statuses(deployment)).toMatchObject({
      plan: 'Succeeded',
      approval: 'Failed',
      gatewaySubnet: 'Pending',
    });
    expect(story.world.azure.topicEvents.at(-1)).toMatchObject({ data: { status: 'Rejected' } });
  });

  it.each([7, 2])('ends Rejected when nobody decides within %d days', async (timeoutDays) => {
    const story = await asking({ required: true, timeoutDays });
    const deployment = await story.ended(story.id, 8 * 24 * 60);
    expect(deployment.status).toBe('Rejected');
    // The NPS server was asked first, which took less than a minute.
    expect(Math.floor(story.minutes())).toBe(timeoutDays * 24 * 60);
    expect(story.answers().at(-1)!.text).toContain(`within ${timeoutDays} days`);
    expect(story.writes()).toEqual([]);
  });

  it('takes one decision: the second is a 409, whatever it says', async () => {
    const story = await asking();
    await story.decide({ approved: true, by: 'Jonas' });
    await story.host.settled();
    expect(await story.decide({ approved: false, by: 'Maria' })).toMatchObject({
      status: 409,
      body: { error: { code: 'NotAwaitingApproval', target: story.id } },
    });
    expect(await story.ended(story.id)).toMatchObject({ status: 'Succeeded' });
    expect(await story.decide({ approved: true, by: 'Maria' })).toMatchObject({ status: 409 });
  });

  it('is canceled while it waits: nothing is written, and the answer names who did', async () => {
    const story = await asking();
    expect((await story.call('POST', `deployments/${story.id}/cancel`, { by: 'Maria' })).status).toBe(202);
    expect(await story.ended(story.id)).toMatchObject({ status: 'Canceled', error: { code: 'Canceled' } });
    expect(story.writes()).toEqual([]);
    expect(story.answers().at(-1)).toMatchObject({
      status: 'Canceled',
      text: expect.stringMatching(/canceled by Maria[\s\S]*Nothing was changed/),
    });
  });
});

it('a deployment that needs no approval takes none', async () => {
  const story = await stage();
  const id = await story.send(story.ticket());
  await story.host.runFor(5);
  const answer = await story.call('POST', `deployments/${id}/approval`, {
    approved: true,
    by: 'Jonas',
    planDigest: anyDigest,
  });
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'NotAwaitingApproval' } } });
});
