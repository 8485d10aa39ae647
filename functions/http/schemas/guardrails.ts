import * as z from 'zod';
import { guardrails } from '../../../shared/deployment/guardrails/guardrails.ts';

export const guardrailsAnswer = guardrails.extend({
  virtualNetworks: guardrails.shape.virtualNetworks.nullable(),
  always: z.object({
    npsMachines: z.array(z.object({ host: z.string(), addresses: z.array(z.string()) })),
    npsMachineTag: z.string(),
    networkPolicies: z.array(z.string()),
  }),
});

/** The JSON schema of the setting `GUARDRAILS`. */
export function guardrailsSchema(): object {
  return z.toJSONSchema(guardrails, { io: 'input', unrepresentable: 'any' });
}
