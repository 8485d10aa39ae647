import * as z from 'zod';
import type { Prices } from '../ports.ts';

const hoursOfAMonth = 730;
const answer = z.object({
  Items: z.array(
    z.object({ retailPrice: z.number(), unitOfMeasure: z.string(), skuName: z.string(), type: z.string() }),
  ),
});

/**
 * Microsoft's public price list (Azure Retail Prices API), in US dollars, without discounts. An estimate is
 * not essential: when the list cannot be reached at the second attempt either, or has no price per hour, there is no
 * estimate.
 */
export function retailPrices(endpoint: string): Prices {
  return {
    async gatewayMonth(location, sku) {
      const url = new URL('/api/retail/prices', endpoint);
      const wanted = {
        serviceName: 'VPN Gateway',
        armRegionName: location.toLowerCase().replaceAll(' ', ''),
        skuName: sku,
      };
      const filter = Object.entries(wanted).map(([name, value]) => `${name} eq '${value}'`);
      url.searchParams.set('$filter', [...filter, "priceType eq 'Consumption'"].join(' and '));
      const items = (await itemsOf(url)) ?? (await itemsOf(url));
      const hour = items?.find(
        ({ skuName, unitOfMeasure, type }) =>
          skuName.toLowerCase() === sku.toLowerCase() && unitOfMeasure === '1 Hour' && type === 'Consumption',
      );
      return hour && Math.round(hour.retailPrice * hoursOfAMonth);
    },
  };
}

async function itemsOf(url: URL) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000), redirect: 'error' });
    return answer.parse(await response.json()).Items;
  } catch {
    return undefined;
  }
}
