import './node-version.mjs';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { az } from './az.mjs';
import { assumptions } from './conformance/assumptions.mjs';
import { recorderOf } from './conformance/recorder.mjs';

/**
 * Compares what the simulator assumes of Azure with a real subscription. It uses the caller's own `az` sign-in, and
 * works in a resource group that it makes and deletes. Exit code 0: nothing is contradicted; 1: something is; 2: it
 * could not be done.
 */
const { values } = parseArgs({
  options: {
    subscription: { type: 'string' },
    location: { type: 'string', default: 'westeurope' },
    gateway: { type: 'boolean', default: false },
    recording: { type: 'string', default: 'conformance.json' },
    poll: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line) => console.error(line);
const group = `rg-vpn-radius-conformance-${randomBytes(4).toString('hex')}`;

try {
  const chosen = values.subscription ? ['--subscription', values.subscription] : [];
  const { id: subscriptionId } = az('account', 'show', ...chosen);
  const endpoint = az('cloud', 'show').endpoints.resourceManager;
  let signedIn;
  // A token lives for about an hour, and a gateway may take longer.
  const token = () => {
    if (!signedIn || Date.now() - signedIn.at > 20 * 60_000)
      signedIn = { at: Date.now(), ...az('account', 'get-access-token', ...chosen, '--resource', endpoint) };
    return signedIn.accessToken;
  };
  const recorder = recorderOf({ endpoint, token, poll: Number(values.poll), progress: say });
  const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  say(
    `Makes the resource group ${group} in ${values.location}: a VNet and a public address${values.gateway ? ', and a VpnGw1AZ gateway, which costs about 0.4 US dollars an hour and takes 30 to 45 minutes to come and 10 to go' : ' (some cents)'}.`,
  );
  let told;
  try {
    told = await lookedAt(recorder, groupId);
  } finally {
    const { status } = await recorder.send('DELETE', groupId, undefined, { version: '2021-04-01' });
    say(
      status < 300 || status === 404
        ? `The deletion of ${group} has begun: az group exists --name ${group}`
        : `${group} could NOT be deleted (${status}): az group delete --name ${group}`,
    );
    const text = JSON.stringify(recorder.recording, null, 2).replaceAll(
      subscriptionId,
      '00000000-0000-0000-0000-000000000000',
    );
    writeFileSync(values.recording, `${text}\n`);
  }
  process.exitCode = report(told);
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

async function lookedAt(recorder, groupId) {
  const { location } = values;
  const of = (type, name) => `${groupId}/providers/Microsoft.Network/${type}/${name}`;
  const created = await recorder.send(
    'PUT',
    groupId,
    { location, tags: { purpose: 'vpn-radius conformance' } },
    { version: '2021-04-01' },
  );
  if (created.status >= 300)
    throw new Error(`${group} could not be made: ${created.code} ${created.message}`);
  const networkId = of('virtualNetworks', 'conformance');
  const gatewayId = of('virtualNetworkGateways', 'conformance');
  await recorder.made(networkId, {
    location,
    properties: {
      addressSpace: { addressPrefixes: ['10.99.0.0/16'] },
      subnets: [
        { name: 'GatewaySubnet', properties: { addressPrefix: '10.99.255.0/27' } },
        { name: 'servers', properties: { addressPrefix: '10.99.1.0/24' } },
      ],
    },
  });
  const addressId = of('publicIPAddresses', 'conformance');
  await recorder.made(addressId, {
    location,
    sku: { name: 'Standard' },
    zones: ['1', '2', '3'],
    properties: { publicIPAllocationMethod: 'Static' },
  });
  const configuration = {
    privateIPAllocationMethod: 'Dynamic',
    subnet: { id: `${networkId}/subnets/GatewaySubnet` },
    publicIPAddress: { id: addressId },
  };
  const gateway = {
    location,
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [{ name: 'default', properties: configuration }],
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ['172.31.99.0/24'] },
        vpnAuthenticationTypes: ['Radius'],
        radiusServers: [
          {
            radiusServerAddress: '10.99.1.4',
            radiusServerScore: 30,
            radiusServerSecret: randomBytes(24).toString('hex'),
          },
        ],
      },
    },
  };
  const context = { ...recorder, gatewayId, bodies: { gateway, configuration, networkId, gatewayId } };
  const told = [];
  // Refusals are asked for before there is a gateway, because a gateway would be another reason to refuse.
  let made;
  for (const { says, look, why, with: needs } of assumptions) {
    let left = why;
    if (!left && needs === 'gateway') {
      made ??= values.gateway
        ? recorder.made(gatewayId, gateway).then(
            () => undefined,
            (error) => `the gateway could not be made: ${error.message}`,
          )
        : Promise.resolve('needs --gateway');
      left = await made;
    }
    const seen = left
      ? { verdict: 'not looked at', saw: left }
      : await look(context).catch((error) => ({ verdict: 'not looked at', saw: error.message }));
    told.push({ says, ...seen });
  }
  return told;
}

function report(told) {
  const order = ['contradicted', 'confirmed', 'not looked at'];
  const count = (verdict) => told.filter((one) => one.verdict === verdict).length;
  for (const one of order.flatMap((verdict) => told.filter((line) => line.verdict === verdict)))
    console.log(values.json ? JSON.stringify(one) : `${one.verdict.padEnd(13)}  ${one.says}: ${one.saw}`);
  const counts = {
    confirmed: count('confirmed'),
    contradicted: count('contradicted'),
    notLookedAt: count('not looked at'),
  };
  console.log(
    values.json
      ? JSON.stringify(counts)
      : `${counts.confirmed} confirmed, ${counts.contradicted} contradicted, ${counts.notLookedAt} not looked at. Recording: ${values.recording}`,
  );
  return counts.contradicted > 0 ? 1 : 0;
}
