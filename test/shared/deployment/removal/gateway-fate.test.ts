import { expect, it } from 'vitest';
import type { RemovalFacts } from '../../../../shared/deployment/removal/facts.ts';
import { type GatewayFate, gatewayFate } from '../../../../shared/deployment/removal/gateway-fate.ts';
import { gateway, gatewayId } from '../../hub.ts';
import {
  recordedOf,
  recordedWithout,
  removalFacts,
  virtualNetworkGateway,
  withoutGateway,
} from './made-for-hub.ts';

const bare = (({ pointToSite: _, ...without }) => without)(gateway());
const found = { recorded: recordedWithout('gateway') };
const anothers = recordedOf([{ what: 'gateway', id: virtualNetworkGateway('vpngw-spoke') }]);
const inOtherCase = recordedOf([{ what: 'gateway', id: gatewayId.toUpperCase() }]);

const fates: [string, RemovalFacts, keeps: boolean, GatewayFate][] = [
  ['that the app made goes', removalFacts(), false, 'delete'],
  [
    'that the app made goes, in whatever case it was recorded',
    removalFacts({ recorded: inOtherCase }),
    false,
    'delete',
  ],
  ['that the app made and has no point-to-site goes too', removalFacts({ gateway: bare }), false, 'delete'],
  [
    'that the app made stays where it is asked, without point-to-site',
    removalFacts(),
    true,
    'withoutPointToSite',
  ],
  [
    'that the app made stays without point-to-site, though only the gateway is recorded',
    removalFacts({ recorded: recordedWithout('pointToSite') }),
    true,
    'withoutPointToSite',
  ],
  [
    'that is asked to stay and has no point-to-site is left alone',
    removalFacts({ gateway: bare }),
    true,
    'keep',
  ],
  [
    'of others loses the point-to-site that the app gave it',
    removalFacts(found),
    false,
    'withoutPointToSite',
  ],
  [
    'of others whose point-to-site went already is left alone',
    removalFacts({ ...found, gateway: bare }),
    false,
    'keep',
  ],
  [
    'of others with point-to-site of others is left alone',
    removalFacts({ recorded: recordedWithout('gateway', 'pointToSite') }),
    false,
    'keep',
  ],
  ['is left alone where the record names another one', removalFacts({ recorded: anothers }), false, 'keep'],
  ['that is not there is gone', withoutGateway(), false, 'gone'],
  ['that is not there is gone, though it was to stay', withoutGateway(), true, 'gone'],
];

it.each(fates)('a gateway %s', (_, facts, keepsGateway, fate) => {
  expect(gatewayFate(facts, { gatewayId, keepsGateway })).toBe(fate);
});

it.each<[string, string[], GatewayFate]>([
  ['that still asks RADIUS loses it, and keeps point-to-site', ['AAD', 'Radius'], 'withoutRadius'],
  ['that asks RADIUS no more is left alone', ['AAD'], 'keep'],
])('a gateway %s, where only RADIUS is to go', (_, authenticationTypes, fate) => {
  const held = gateway({ pointToSite: { ...gateway().pointToSite!, authenticationTypes } });
  expect(gatewayFate(removalFacts({ gateway: held }), { gatewayId, onlyRadius: true })).toBe(fate);
});
