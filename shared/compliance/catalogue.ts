import type { Check, CheckText } from '../core/check.ts';
import { addressPoolRules } from '../gateway/checks/address-pool-rules.ts';
import { gatewayRules } from '../gateway/checks/gateway-rules.ts';
import { gatewaySubnetRules } from '../gateway/checks/gateway-subnet-rules.ts';
import { radiusRules } from '../gateway/checks/radius-rules.ts';
import type { NpsFacts } from '../nps/checks/facts.ts';
import { machineChecks } from '../nps/checks/machine-checks.ts';
import { npsCheckOf, secretOnNps } from '../nps/checks/table.ts';
import { npsServerRules, textOf as npsTextOf, radiusClientRules } from '../nps/checks/verdicts.ts';
import { secretOnNpsVerdict, secretRules } from '../secret/checks/secret-rules.ts';
import type { GatewayFacts } from './facts.ts';
import { waiverRules } from './waiver-rules.ts';

export const rulesOfGateways: readonly Check<GatewayFacts>[] = [
  ...gatewayRules,
  ...gatewaySubnetRules,
  ...addressPoolRules,
  ...radiusRules,
  ...secretRules,
  { ...npsTextOf(npsCheckOf.get(secretOnNps)!), check: secretOnNpsVerdict },
  ...machineChecks,
  ...radiusClientRules,
];

export const rulesOfNpsServers: readonly Check<NpsFacts>[] = npsServerRules;

/** Every rule, in the order of the report and of docs/rules.md. */
export const catalogue: readonly (CheckText & { readonly about: string })[] = [
  ...rulesOfGateways.map((rule) => ({ ...textOf(rule), about: 'gateway' })),
  ...rulesOfNpsServers.map((rule) => ({ ...textOf(rule), about: 'NPS server' })),
  ...waiverRules.map((rule) => ({ ...rule, about: 'waiver' })),
];

export const ruleOf = new Map(catalogue.map((rule) => [rule.id, rule]));

function textOf<F>({ check: _, ...text }: Check<F>) {
  return text;
}
