import { addressPoolRules } from './address-pool-rules.ts';
import type { GatewayFacts, NpsFacts } from './facts.ts';
import { gatewayRules } from './gateway-rules.ts';
import { gatewaySubnetRules } from './gateway-subnet-rules.ts';
import { mfaRules } from './mfa-rules.ts';
import { npsRules } from './nps-rules.ts';
import { radiusClientRules } from './radius-client-rules.ts';
import { radiusRules } from './radius-rules.ts';
import type { Rule, RuleText } from './rule.ts';
import { secretRules } from './secret-rules.ts';
import { waiverRules } from './waiver-rules.ts';

export const rulesOfGateways: readonly Rule<GatewayFacts>[] = [
  ...gatewayRules,
  ...gatewaySubnetRules,
  ...addressPoolRules,
  ...radiusRules,
  ...secretRules,
  ...radiusClientRules,
];

export const rulesOfNpsServers: readonly Rule<NpsFacts>[] = [...npsRules, ...mfaRules];

/** Every rule, in the order of the report and of docs/rules.md. */
export const catalogue: readonly (RuleText & { readonly about: string; readonly repair?: 'safe' })[] = [
  ...rulesOfGateways.map((rule) => ({ ...textOf(rule), about: 'gateway' })),
  ...rulesOfNpsServers.map((rule) => ({ ...textOf(rule), about: 'NPS server' })),
  ...waiverRules.map((rule) => ({ ...rule, about: 'waiver' })),
];

export const ruleOf = new Map(catalogue.map((rule) => [rule.id, rule]));

function textOf<F>({ check: _, ...text }: Rule<F>) {
  return text;
}
