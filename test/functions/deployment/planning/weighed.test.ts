import { describe, expect, it } from 'vitest';
import { weighed } from '../../../../functions/deployment/planning/facts.ts';
import { guardrails } from '../../../../shared/deployment/guardrails/guardrails.ts';
import { makePlan } from '../../../../shared/deployment/planning.ts';
import { defaults, facts, inPlace, request } from '../../../shared/hub.ts';

/** How often the price list is read for a new gateway, and what the plan then says. */
async function weigh(
  rails: object,
  price: number | undefined,
  asks = false,
  wished: object = {},
  found = facts(),
) {
  let looks = 0;
  const prices = {
    async gatewayMonth() {
      looks += 1;
      return price;
    },
  };
  const wish = request({ approval: { required: asks }, ...wished });
  const { plan } = makePlan(wish, found, defaults);
  const needs = { prices, defaults: { ...defaults, guardrails: guardrails.parse(rails) } };
  const { reasonsToAsk, estimatedMonthlyCost } = await weighed(needs, plan!, wish);
  return { looks, asked: reasonsToAsk.map(({ reason }) => reason), estimatedMonthlyCost };
}

const limited = { approval: { when: ['costOver'], costOver: 300 } };

describe('a plan is weighed', () => {
  it('without the price list where nobody is to decide', async () => {
    expect(await weigh({}, 365)).toEqual({ looks: 0, asked: [], estimatedMonthlyCost: undefined });
  });

  it.each([
    ['for whoever decides on it', {}, 365, true, ['ticket'], 365],
    ['to ask above the limit', limited, 365, false, ['costOver'], 365],
    ['to ask nobody below the limit', limited, 200, false, [], 200],
    ['to ask where there is no price', limited, undefined, false, ['costOver'], undefined],
  ])('with the price, read once, %s', async (_, rails, price, asks, asked, cost) => {
    expect(await weigh(rails, price, asks)).toEqual({ looks: 1, asked, estimatedMonthlyCost: cost });
  });

  it('of a gateway that is there with the price of another SKU, and else without', async () => {
    const larger = { gateway: { sku: 'VpnGw3AZ' } };
    expect(await weigh(limited, 915, false, larger, inPlace())).toEqual({
      looks: 1,
      asked: ['costOver'],
      estimatedMonthlyCost: 915,
    });
    const pool = { pointToSite: { addressPool: ['172.17.0.0/24'] } };
    expect(await weigh(limited, 915, false, pool, inPlace())).toMatchObject({ looks: 0, asked: [] });
  });
});
