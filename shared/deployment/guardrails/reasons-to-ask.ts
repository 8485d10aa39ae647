import type { Plan, ReasonToAsk } from '../contract.ts';
import type { ApprovalReason, Guardrails } from './guardrails.ts';

type Asked = Pick<Plan, 'steps' | 'takesAway' | 'estimatedMonthlyCost' | 'servers'>;

/**
 * What of a plan the guardrails want an approval for, and whether the ticket asks for one: a ticket can ask for more,
 * never for less. A plan without a reason is carried out at once.
 */
export function reasonsToAsk(
  { approval }: Pick<Guardrails, 'approval'>,
  plan: Asked,
  ticketAsks: boolean,
): ReasonToAsk[] {
  const found = approval.when.flatMap((reason): ReasonToAsk[] => {
    const message = messages[reason](plan, approval.costOver);
    return message === undefined ? [] : [{ reason, message }];
  });
  return ticketAsks ? [{ reason: 'ticket', message: 'The ticket asks for an approval.' }, ...found] : found;
}

const creates = ({ steps }: Asked, step: Plan['steps'][number]['name']) =>
  steps.find(({ name, action }) => name === step && action === 'create');

const messages: Readonly<
  Record<ApprovalReason, (plan: Asked, costOver: number | undefined) => string | undefined>
> = {
  takesAway: ({ takesAway }) =>
    takesAway.length === 0
      ? undefined
      : `It takes something away that users may notice: ${takesAway.map(({ message }) => message).join(' ')}`,
  newSecretOnServer: (plan) =>
    creates(plan, 'radiusSecret') &&
    `It puts a new shared secret on ${plan.servers.map(({ address }) => address).join(' and ')}.`,
  newGateway: (plan) => creates(plan, 'gateway') && 'It creates a gateway, which costs money from then on.',
  costOver: (plan, limit = 0) => {
    const { estimatedMonthlyCost: cost } = plan;
    if (!creates(plan, 'gateway') || (cost !== undefined && cost <= limit)) return undefined;
    const price = cost === undefined ? 'an amount that could not be found out' : `about ${cost} US dollars`;
    return `It costs ${price} a month, and the guardrails want an approval above ${limit}.`;
  },
  // Only the NPS server itself can tell which of its changes meet other RADIUS clients.
  sharedNps: () => undefined,
  always: () => 'The guardrails want an approval for every deployment.',
};
