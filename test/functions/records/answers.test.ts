import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerFurtherTickets, handOver, recordAnswer } from '../../../functions/records/answers.ts';
import { readCard } from '../../../functions/records/cards.ts';
import { lastRecord } from '../../../functions/records/chain/chain.ts';
import { remember } from '../../../functions/records/remember.ts';
import { documentsInFolder } from '../../../shared/azure/storage/documents-in-folder.ts';
import { rowsInFolder } from '../../../shared/azure/storage/rows-in-folder.ts';
import { failed, VpnRadiusError } from '../../../shared/core/errors.ts';
import type { Order, TicketAnswer } from '../../../shared/deployment/contract.ts';
import { newDeploymentId } from '../../../shared/deployment/ids.ts';
import type { Ticket } from '../../../shared/deployment/record/record.ts';
import type { Archive } from '../../../shared/ports.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { hubId, request } from '../../shared/hub.ts';
import { durableHost } from '../durable-host.ts';

let host: Awaited<ReturnType<typeof durableHost>>;
beforeEach(async () => {
  host = await durableHost();
});
afterEach(() => host.close());

const at = '2030-01-01T00:00:00.000Z';
const id = newDeploymentId(hubId, new Date(at), 'one');
const answer: TicketAnswer = {
  ...{ id: `${id}-Succeeded`, deploymentId: id, virtualNetworkId: hubId, status: 'Succeeded' },
  ...{ text: 'Done.', at },
};
const jira = (number: number): Ticket => ({ system: 'jira', id: `VPN-${number}` });
const webhook: Ticket = { system: 'webhook', id: 'REQ2', callbackUrl: 'https://hooks.example/2' };

describe('tickets that asked for the same', () => {
  it('are each told the answer, as an answer of its own', async () => {
    const told: { ticket: string; answer: TicketAnswer }[] = [];
    const tickets = {
      answer: async (ticket: Ticket, one: TicketAnswer) => void told.push({ ticket: ticket.id, answer: one }),
    };
    const all = [jira(1), jira(2), webhook, { ...webhook, callbackUrl: 'https://hooks.example/3' }];
    const outcomes = await answerFurtherTickets(tickets)({ tickets: all, answer }, host.context);
    expect(outcomes).toEqual(all.map((ticket) => ({ ticket, at, outcome: 'arrived' })));
    expect(told.map(({ ticket }) => ticket)).toEqual(['VPN-1', 'VPN-2', 'REQ2', 'REQ2']);
    const ids = told.map((one) => one.answer.id);
    expect(new Set([...ids, answer.id]).size).toBe(5);
    for (const [index, one] of told.entries()) expect(one.answer).toEqual({ ...answer, id: ids[index] });

    await answerFurtherTickets(tickets)({ tickets: all, answer }, host.context);
    expect(told.slice(4).map((one) => one.answer.id)).toEqual(ids);
  });

  it('are told eight at a time, in their order', async () => {
    let [under, most] = [0, 0];
    const tickets = {
      async answer() {
        most = Math.max(most, ++under);
        await new Promise(setImmediate);
        under--;
      },
    };
    const all = Array.from({ length: 20 }, (_, index) => jira(index));
    const outcomes = await answerFurtherTickets(tickets)({ tickets: all, answer }, host.context);
    expect(outcomes.map(({ ticket }) => ticket)).toEqual(all);
    expect(most).toBe(8);
  });

  it('without a place for an answer are told nothing', async () => {
    const ticket: Ticket = { system: 'webhook', id: 'REQ3' };
    const answered = answerFurtherTickets({ answer: async () => Promise.reject(new Error('told')) });
    const nowhere = { ticket, at, outcome: 'nowhere to answer' };
    expect(await answered({ tickets: [ticket], answer }, host.context)).toEqual([nowhere]);
    expect(await handOver(host.context, ticket, answer)).toEqual(nowhere);
    expect(host.started).toEqual([]);
  });

  it('are told by an orchestration that goes on trying, when the failure may pass; otherwise the failure is kept', async () => {
    const answering = answerFurtherTickets({
      async answer({ id: number }: Ticket) {
        if (number === 'VPN-1') throw failed('TicketAnswerRejected', 'The issue is closed.');
        if (number === 'VPN-2')
          throw new VpnRadiusError({
            code: 'TicketSystemUnreachable',
            message: 'No answer.',
            transient: true,
          });
      },
    });
    const outcomes = await answering({ tickets: [jira(1), jira(2), jira(3)], answer }, host.context);
    expect(outcomes).toMatchObject([
      { outcome: 'failed', failure: { code: 'TicketAnswerRejected' } },
      { outcome: 'trying', failure: { code: 'TicketSystemUnreachable' } },
      { outcome: 'arrived' },
    ]);
    expect(host.started).toMatchObject([
      { orchestrator: 'keepTelling', input: { ticket: jira(2), answer: { status: 'Succeeded' } } },
    ]);
  });
});

describe('the record of an answer that was still being told when its deployment had ended', () => {
  const order: Order = { request: request(), fingerprint: 'f' };
  const told = { ticket: jira(1), at: '2030-01-01T08:00:00.000Z', outcome: 'arrived' } as const;
  async function archived(): Promise<Archive> {
    const { folder } = temporaryFolder('vpn-radius-answers-');
    const archive = {
      records: documentsInFolder(join(folder, 'records')),
      rows: rowsInFolder(join(folder, 'rows')),
    };
    const change = { status: 'Succeeded', answers: [{ ...told, outcome: 'trying' }] } as const;
    await remember(archive, { id, order, entry: 'ended', at, change });
    return archive;
  }
  const answers = async (archive: Archive) =>
    (await lastRecord(archive, (await readCard(archive.rows, id))!))!.answers.map(({ outcome }) => outcome);

  it('says once that it arrived, however often the step runs', async () => {
    const archive = await archived();
    for (let run = 0; run < 2; run++)
      await recordAnswer(archive)({ order: { ticket: jira(1), answer }, told });
    expect(await answers(archive)).toEqual(['trying', 'arrived']);
    expect((await readCard(archive.rows, id))!.entries.at(-1)).toMatchObject({
      entry: `${id}/answered-${answer.id}`,
    });
  });

  it('says nothing of a refusal, which belongs to no deployment, or of a deployment that nothing is kept of', async () => {
    const archive = await archived();
    const other = newDeploymentId(hubId, new Date(at), 'other');
    for (const more of [
      { status: 'Refused' as const },
      { deploymentId: other },
      { deploymentId: 'refused-1' },
    ])
      await recordAnswer(archive)({ order: { ticket: jira(1), answer: { ...answer, ...more } }, told });
    expect(await answers(archive)).toEqual(['trying']);
    expect(await readCard(archive.rows, other)).toBeUndefined();
  });
});
