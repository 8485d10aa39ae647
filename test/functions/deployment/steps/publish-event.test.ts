import type { InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import { publishEvent } from '../../../../functions/deployment/steps/publish-event.ts';
import { VpnRadiusError } from '../../../../shared/core/errors.ts';
import type { OutgoingEvent } from '../../../../shared/deployment/contract.ts';
import type { EventTopic } from '../../../../shared/ports.ts';
import { gatewayId } from '../../../shared/hub.ts';

const event: OutgoingEvent = {
  id: 'vpn-hub-1/succeeded',
  type: 'VpnRadius.Deployment.Succeeded',
  subject: gatewayId,
  time: '2030-01-01T00:42:00.000Z',
  data: { deploymentId: 'vpn-hub-1', ticket: { system: 'jira', id: 'NET-7' }, status: 'Succeeded' },
};
const stage = { name: 'plan', status: 'Succeeded', startedAt: '2030-01-01T00:00:00.000Z' } as never;

function told(topic: EventTopic | undefined) {
  const lines: string[] = [];
  const context = { log: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  return {
    lines,
    failure: publishEvent(topic)({ ...event, stages: [stage] }, context as unknown as InvocationContext),
  };
}

it('an event goes to the topic without the stages, which are only measured', async () => {
  const published: OutgoingEvent[] = [];
  const { failure } = told({ publish: async (one) => void published.push(one) });
  expect(await failure).toBeUndefined();
  expect(published).toEqual([event]);
});

it('without a topic it is in the log, with its deployment and ticket', async () => {
  const { lines, failure } = told(undefined);
  expect(await failure).toBeUndefined();
  expect(lines.join()).toMatch(/VpnRadius\.Deployment\.Succeeded.*vpn-hub-1.*NET-7/);
});

it('a topic that refuses is told of in the log and in the answer, and fails nothing', async () => {
  const { lines, failure } = told({
    publish: async () => {
      throw new VpnRadiusError({ code: 'TopicUnavailable', message: '503', transient: true });
    },
  });
  expect(await failure).toMatchObject({ code: 'TopicUnavailable', transient: true });
  expect(lines.at(-1)).toMatch(/VpnRadius\.Event\.NotPublished.*TopicUnavailable/);
});
