import type { OutgoingEvent, TicketAnswer } from '../shared/deployment/contract.ts';
import type { EventTopic, FindingTickets, Tickets } from '../shared/ports.ts';

interface Tellers {
  readonly tickets: Tickets;
  readonly topic: EventTopic | undefined;
  readonly findingTickets: FindingTickets | undefined;
}

/**
 * Where the operations page is: under the name by which the platform itself calls the app (`WEBSITE_HOSTNAME`, which
 * App Service sets). A ticket cannot link to a host that runs only on one machine.
 */
export function pageAddress(hostname: string | undefined): string | undefined {
  if (!hostname || /^(localhost|127\.|\[)/i.test(hostname)) return undefined;
  return `https://${hostname}/api/portal`;
}

/** The same parties, but every message to people also says where to see the rest. */
export function withPageLinks<T extends Tellers>(ports: T, page: string | undefined): T {
  if (!page) return ports;
  const { tickets, topic, findingTickets } = ports;
  return {
    ...ports,
    tickets: { answer: (ticket, answer, now) => tickets.answer(ticket, linkedAnswer(page, answer), now) },
    topic: topic && {
      publish: (event) => topic.publish(linkedEvent(page, event)),
      get trouble() {
        return topic.trouble;
      },
    },
    findingTickets: findingTickets && {
      open: (ticket) =>
        findingTickets.open({
          ...ticket,
          text: `${ticket.text}\nThe whole report: ${complianceLink(page, ticket.rule)}`,
        }),
      close: (number, ticket, why) => findingTickets.close(number, ticket, why),
    },
  };
}

const deploymentLink = (page: string, id: string) => `${page}/deployments/${encodeURIComponent(id)}`;
const complianceLink = (page: string, rule: string) => `${page}/compliance?rule=${encodeURIComponent(rule)}`;

function linkedAnswer(page: string, answer: TicketAnswer): TicketAnswer {
  // A ticket that was refused at once has no deployment.
  if (answer.status === 'Refused') return answer;
  const address = deploymentLink(page, answer.deploymentId);
  const what = answer.status === 'AwaitingApproval' ? 'See the plan and decide' : 'See everything';
  return { ...answer, text: `${answer.text}\n${what}: ${address}` };
}

function linkedEvent(page: string, event: OutgoingEvent): OutgoingEvent {
  const { deploymentId } = event.data;
  const pageUrl =
    typeof deploymentId === 'string' ? deploymentLink(page, deploymentId) : `${page}/compliance`;
  return { ...event, data: { ...event.data, pageUrl } };
}
