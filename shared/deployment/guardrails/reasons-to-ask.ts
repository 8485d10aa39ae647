import { nameOf, sameId } from '../../core/resource-id.ts';
import type { Plan, ReasonToAsk } from '../contract.ts';
import type { ApprovalReason, Guardrails } from './guardrails.ts';

type Asked = Pick<
  Plan,
  'steps' | 'takesAway' | 'estimatedMonthlyCost' | 'servers' | 'sku' | 'gatewayBefore' | 'migration'
>;

/** Why the last part of a migration waits, independent of the guardrails. */
export const usersMoved: ReasonToAsk = {
  reason: 'migration',
  message: 'It removes the old way. Approve it when every user has moved to the new way.',
};

/**
 * The reasons why this plan needs an approval: those of the guardrails, and the wish of the ticket. A ticket can ask
 * for more approvals, never for fewer. A plan without a reason is carried out at once.
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
  const needed = changesThatAsk(plan).filter((change) => change.needed);
  // If this change were left out, the whole deployment would fail. So an approval is asked for, independent of the
  // guardrails.
  if (needed.length > 0 && !approval.when.includes('sharedNps'))
    found.push({
      reason: 'sharedNps',
      message: `Nobody could sign in without it: ${changesInWords(needed)}`,
    });
  if (plan.migration?.part === 'last') found.unshift(usersMoved);
  return ticketAsks ? [{ reason: 'ticket', message: 'The ticket asks for an approval.' }, ...found] : found;
}

/** The NPS server itself reports which of its changes affect other RADIUS clients, or undo a decision of a person. */
const changesThatAsk = ({ servers }: Asked) =>
  servers.flatMap(({ host, changes = [], otherRadiusClients = 0 }) =>
    changes
      .filter(({ asks }) => asks)
      .map((change) => ({ ...change, on: `${nameOf(host)} (other RADIUS clients: ${otherRadiusClients})` })),
  );

const changesInWords = (changes: ReturnType<typeof changesThatAsk>) =>
  `${changes.map(({ on, what }) => `${on}: ${what}`).join('; ')}.`;

const creates = ({ steps }: Asked, step: Plan['steps'][number]['name']) =>
  steps.find(({ name, action }) => name === step && action === 'create');

/** Whether the gateway gets a price that it did not have before: it is created, or gets another SKU. */
export const hasNewPrice = (plan: Pick<Plan, 'steps' | 'sku' | 'gatewayBefore'>): boolean =>
  plan.gatewayBefore
    ? !sameId(plan.gatewayBefore.sku, plan.sku)
    : plan.steps.some(({ name, action }) => name === 'gateway' && action === 'create');

const messages: Readonly<
  Record<ApprovalReason, (plan: Asked, costOver: number | undefined) => string | undefined>
> = {
  takesAway: ({ takesAway }) =>
    takesAway.length === 0
      ? undefined
      : `It removes something, and users may notice this: ${takesAway.map(({ message }) => message).join(' ')}`,
  newSecretOnServer: ({ steps, servers }) => {
    // A rotation stores a new version of a secret that exists.
    const stored = steps.filter(({ name, action }) => name === 'radiusSecret' && action !== 'keep');
    const getting = servers.filter(({ secretName }) =>
      stored.some(({ target }) => sameId(target, secretName)),
    );
    if (getting.length === 0) return undefined;
    return `It puts a new shared secret on ${getting.map(({ host, address }) => `${nameOf(host)} (${address})`).join(' and ')}.`;
  },
  newGateway: (plan) =>
    creates(plan, 'gateway') && 'It creates a gateway, which costs money from its creation.',
  costOver: (plan, limit = 0) => {
    const { estimatedMonthlyCost: cost } = plan;
    if (!hasNewPrice(plan) || (cost !== undefined && cost <= limit)) return undefined;
    const price = cost === undefined ? 'an amount that could not be found out' : `about ${cost} US dollars`;
    return `The gateway will cost ${price} a month, and the guardrails require an approval above ${limit}.`;
  },
  sharedNps: (plan) => {
    const changes = changesThatAsk(plan);
    if (changes.length === 0) return undefined;
    return `On NPS it changes settings that other RADIUS clients use, or that somebody has decided there: ${changesInWords(changes)}`;
  },
  always: () => 'The guardrails require an approval for every deployment.',
};
