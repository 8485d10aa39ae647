import type { WireRequest, WireResponse } from './messages.ts';

export const isPricesPath = (path: string): boolean => path === '/api/retail/prices';

/** Invented prices of an hour. Only their shape is that of the Azure Retail Prices API. */
const hours: Readonly<Record<string, number>> = {
  VpnGw1AZ: 0.5,
  VpnGw2AZ: 1,
  VpnGw3AZ: 2,
  VpnGw4AZ: 4,
  VpnGw5AZ: 8,
};

/** The public price list: no token, a filter of `name eq 'value'` joined by `and`. */
export function retailPrices({ url }: WireRequest): WireResponse {
  const filter = new URL(url).searchParams.get('$filter') ?? '';
  const wanted = Object.fromEntries(
    [...filter.matchAll(/(\w+) eq '([^']*)'/g)].map(([, name, value]) => [name, value]),
  );
  const Items = Object.entries(hours)
    .map(([skuName, retailPrice]) => ({
      currencyCode: 'USD',
      retailPrice,
      unitPrice: retailPrice,
      armRegionName: wanted.armRegionName ?? 'westeurope',
      meterName: skuName,
      productName: 'VPN Gateway',
      skuName,
      serviceName: 'VPN Gateway',
      serviceFamily: 'Networking',
      unitOfMeasure: '1 Hour',
      type: 'Consumption',
    }))
    .filter(
      ({ skuName, serviceName }) =>
        serviceName === wanted.serviceName && (!wanted.skuName || skuName === wanted.skuName),
    );
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      BillingCurrency: 'USD',
      CustomerEntityType: 'Retail',
      Items,
      NextPageLink: null,
      Count: Items.length,
    }),
  };
}
