import { allCosts, pricesOf } from '../preflight/running-cost.mjs';

const monthly = (start) =>
  [...allCosts.fixed, ...allCosts.byUse].find(({ what }) => what.startsWith(start)).each / 730;

/** US dollars an hour, by the list prices in docs/install.md. */
export function costOf({ gateway }) {
  const hourly =
    2 * monthly('public address') +
    (gateway ? monthly('NAT gateway') + monthly('each VPN gateway VpnGw1AZ') : monthly('NAT gateway'));
  return {
    hourly,
    pricesOf,
    says: gateway
      ? `about ${hourly.toFixed(2)} US dollars an hour, for an hour and a half to three hours, and cents for a site-to-site connection and a storage account`
      : `about ${hourly.toFixed(2)} US dollars an hour, for some minutes`,
  };
}
