const compiler = 'the compiler wants the question';
const noText = (what) => `makes no difference: the text is ${what}`;
const always = (what) => `makes no difference: ${what}; ${compiler}`;
const ownId = 'makes no difference: the answer itself says its id';

/** File, what was there, what was put there, and why a mutant of shared/azure/network stays. */
export const inNetwork = [
  ['address-pools.ts', '[]', '["', noText('no pool and no configuration')],
  [
    'client-profile.ts',
    "typeof url === 'string'",
    'true',
    'makes no difference: what is no text is no URL either',
  ],
  [
    'client-profile.ts',
    "typeof url !== 'string'",
    'false',
    'makes no difference: without a text there is no expiry either',
  ],
  ['connected-networks.ts', '[]', '["', noText('no connection that leads anywhere')],
  [
    'connected-networks.ts',
    '/\\/subnets\\/[^/]+$/i',
    '/\\/subnets\\/[^/]+/i',
    'makes no difference: the id of a subnet ends with its name',
  ],
  ['fleet.ts', 'model.id ??', '', ownId],
  [
    'fleet.ts',
    'model.subnets?.filter',
    'model.subnets.filter',
    always('only VNets with GatewaySubnet come here'),
  ],
  ['fleet.ts', "''", '"', noText('no name and no id of what is looked for')],
  ['fleet.ts', '[]', '["', noText('no subnet, no address and no server')],
  [
    'gateway-model.ts',
    '/^VpnGw[45](?:AZ)?$/i',
    '/',
    'makes no difference: no SKU has these letters in another place',
  ],
  ['gateway-model.ts', "''", '"', 'makes no difference: only how many names there are counts'],
  ['gateway-model.ts', '[]', '["', noText('no address, no type, no prefix and no certificate')],
  ['sent-over.ts', "'sentOverPolicy'", '""', 'makes no difference: nobody asks for the policy by its name'],
  [
    'sent-over.ts',
    "request.method === 'PUT'",
    '',
    'makes no difference: the client that has the policy sends one PUT; without what was read it stays as it is',
  ],
  ['sent-over.ts', '[]', '["', noText('no name of a member')],
  ['sent-over.ts', '!isObject(entry)', 'false', 'makes no difference: a text has none of the keys'],
  ['sent-over.ts', 'String(value).toLowerCase()', '', 'makes no difference: either compares without case'],
  ['user-groups.ts', '[]', '["', noText('no group, no configuration, no member and no reference')],
  ['user-groups.ts', "''", '"', noText('no type and no value of a member, and no name of a group')],
  [
    'user-groups.ts',
    "' '",
    '""',
    'makes no difference: no two lists of pools that Azure takes become one text',
  ],
  ['virtual-networks.ts', '[]', '["', noText('no peering and no IP configuration')],
  ['virtual-networks.ts', "''", '"', noText('no id of an IP configuration')],
  ['vpn-gateways.ts', "''", '"', 'makes no difference: what was read had an answer with a text'],
  [
    'vpn-gateways.ts',
    'opened?.model',
    'opened.model',
    always('nobody takes something off a gateway that is not there (functions/removal)'),
  ],
  ['vpn-gateways.ts', '[]', '["', noText('no secret')],
  [
    'vpn-gateways.ts',
    'active !== undefined',
    'true',
    'makes no difference: what is undefined is read as false',
  ],
];
