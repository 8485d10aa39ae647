import type { Check, CheckText } from '../core/check.ts';
import { addressPoolChecks } from '../gateway/checks/address-pool-checks.ts';
import { gatewayChecks } from '../gateway/checks/gateway-checks.ts';
import { gatewaySubnetChecks } from '../gateway/checks/gateway-subnet-checks.ts';
import { groupChecks } from '../gateway/checks/group-checks.ts';
import { radiusChecks } from '../gateway/checks/radius-checks.ts';
import { virtualNetworkChecks } from '../gateway/checks/virtual-network-checks.ts';
import type { NpsFacts } from '../nps/checks/facts.ts';
import { machineChecks } from '../nps/checks/machine-checks.ts';
import { npsCheckOf, secretOnNps } from '../nps/checks/table.ts';
import { npsServerRules, radiusClientRules, reportTextOf } from '../nps/checks/verdicts.ts';
import { secretChecks, secretOnNpsVerdict } from '../secret/checks/secret-checks.ts';
import type { GatewayReportFacts } from './facts.ts';
import { rulesOfRecords } from './record-rules.ts';
import { waiverRules } from './waivers/waiver-rules.ts';

export const rulesOfGateways: readonly Check<GatewayReportFacts>[] = [
  ...gatewayChecks,
  ...virtualNetworkChecks,
  ...gatewaySubnetChecks,
  ...addressPoolChecks,
  ...radiusChecks,
  ...groupChecks,
  ...secretChecks,
  { ...reportTextOf(npsCheckOf.get(secretOnNps)!), check: secretOnNpsVerdict },
  ...machineChecks,
  ...radiusClientRules,
];

export const rulesOfNpsServers: readonly Check<NpsFacts>[] = npsServerRules;

/** Every rule, in the order of the report and of docs/rules.md. */
export const catalogue: readonly (CheckText & { readonly about: string })[] = [
  ...rulesOfGateways.map((rule) => ({ ...checkText(rule), about: 'gateway' })),
  ...rulesOfNpsServers.map((rule) => ({ ...checkText(rule), about: 'NPS server' })),
  ...rulesOfRecords.map((rule) => ({ ...checkText(rule), about: 'record' })),
  ...waiverRules.map((rule) => ({ ...rule, about: 'waiver' })),
];

export const ruleOf = new Map(catalogue.map((rule) => [rule.id, rule]));

function checkText<F>({ check: _, ...text }: Check<F>) {
  return text;
}
