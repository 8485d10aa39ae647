import type { Check, RuleText } from '../core/rule.ts';
import { addressPoolRules } from '../gateway/checks/address-pool-rules.ts';
import { gatewayRules } from '../gateway/checks/gateway-rules.ts';
import { gatewaySubnetRules } from '../gateway/checks/gateway-subnet-rules.ts';
import { radiusRules } from '../gateway/checks/radius-rules.ts';
import type { NpsFacts } from '../nps/checks/facts.ts';
import { mfaRules } from '../nps/checks/mfa-rules.ts';
import { npsRules } from '../nps/checks/nps-rules.ts';
import { radiusClientRules } from '../nps/checks/radius-client-rules.ts';
import { gatewayFindingRules, serverFindingRules } from '../nps/checks/told-by-server.ts';
import { secretRules } from '../secret/checks/secret-rules.ts';
import type { GatewayFacts } from './facts.ts';
import { waiverRules } from './waiver-rules.ts';

const idsOf = (rules: readonly RuleText[]) => new Set(rules.map(({ id }) => id));

export const rulesOfGateways: readonly Check<GatewayFacts>[] = [
  ...gatewayRules,
  ...gatewaySubnetRules,
  ...addressPoolRules,
  ...radiusRules,
  ...secretRules,
  ...radiusClientRules,
  ...gatewayFindingRules(idsOf(radiusClientRules)),
];

export const rulesOfNpsServers: readonly Check<NpsFacts>[] = [
  ...npsRules,
  ...mfaRules,
  ...serverFindingRules(idsOf([...npsRules, ...mfaRules, ...radiusClientRules])),
];

/** Every rule, in the order of the report and of docs/rules.md. */
export const catalogue: readonly (RuleText & { readonly about: string; readonly repair?: 'safe' })[] = [
  ...rulesOfGateways.map((rule) => ({ ...textOf(rule), about: 'gateway' })),
  ...rulesOfNpsServers.map((rule) => ({ ...textOf(rule), about: 'NPS server' })),
  ...waiverRules.map((rule) => ({ ...rule, about: 'waiver' })),
];

export const ruleOf = new Map(catalogue.map((rule) => [rule.id, rule]));

function textOf<F>({ check: _, ...text }: Check<F>) {
  return text;
}
