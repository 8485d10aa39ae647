import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Settings } from '../../shared/config.ts';
import { npsMachineTag } from '../../shared/deployment/guardrails/guardrails.ts';
import { articlePolicy, ownPolicy } from '../../shared/nps/network-policy.ts';

type Shown = Pick<Settings, 'GUARDRAILS' | 'DEFAULT_NPS_SERVERS'>;

/**
 * `GET /guardrails`: what the owner allows and what needs an approval, with the values that hold when nothing is set.
 */
export const showGuardrails =
  ({ GUARDRAILS, DEFAULT_NPS_SERVERS }: Shown) =>
  async (_: HttpRequest): Promise<HttpResponseInit> => ({
    status: 200,
    jsonBody: {
      ...GUARDRAILS,
      virtualNetworks: GUARDRAILS.virtualNetworks ?? null,
      always: {
        npsMachines: DEFAULT_NPS_SERVERS.map(({ host, address }) => ({ host, addresses: [address] })),
        npsMachineTag: `${npsMachineTag.name}=${npsMachineTag.value}`,
        networkPolicies: [articlePolicy, ownPolicy],
      },
    },
  });
