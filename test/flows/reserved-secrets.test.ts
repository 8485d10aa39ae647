import { expect, it } from 'vitest';
import { developmentSecrets } from '../../simulator/local/world.ts';
import { nps01, stage } from './stage.ts';

it.each(['servicenow-credential', 'JIRA-credential', 'callback-key'])(
  'a ticket that names %s as the shared secret is refused, and the secret goes nowhere',
  async (secretName) => {
    const story = await stage();
    const ticket = story.ticket({
      radius: { servers: [{ address: '10.0.1.4', host: nps01 }], secretName },
    });
    const plan = await story.call('POST', 'deployments/plan', ticket);
    expect(plan.status).toBe(400);
    expect(plan.body.error).toMatchObject({ code: 'SecretReserved', target: 'radius.secretName' });

    const deployment = await story.ended(await story.send(ticket));
    expect(deployment).toMatchObject({ status: 'Failed', error: { code: 'SecretReserved' } });
    expect(story.writes()).toEqual([]);
    const told = JSON.stringify([story.answers(), story.logs]);
    for (const secret of Object.values(developmentSecrets)) expect(told).not.toContain(secret);
  },
);
