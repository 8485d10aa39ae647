import { strToU8, zipSync } from 'fflate';
import { key, scramble } from '../arm/identifiers.ts';
import { type Core, later, timestamp } from '../core.ts';
import { list, object, text, type WireRequest, type WireResponse } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { prefixesOf } from './network-shapes.ts';

/** Where Azure keeps the profiles that it has generated: blobs with a signed URL. */
export const isProfilePath = (path: string): boolean => path.startsWith('/vpnprofile-immutable/');

const signatureOf = (folder: string, end: string): string => `${scramble(`sas:${folder}:${end}`, 43)}=`;

/**
 * The SAS URL of a new profile. It is valid for one hour, which began five minutes ago (SEMANTICS: generatevpnprofile).
 * Azure's URLs are at a storage account; these are at the simulator's own origin, so that they can be fetched.
 */
export function profileUrl(core: Core, gateway: Resource, origin: string): string {
  const now = timestamp(core);
  const folder = scramble(`profile:${gateway.id}:${now}`, 22);
  const end = later(now, 3300);
  const query = new URLSearchParams({
    sv: '2018-03-28',
    sr: 'b',
    sig: signatureOf(folder, end),
    st: later(now, -300),
    se: end,
    sp: 'r',
    fileExtension: '.zip',
  });
  const kept = Array.isArray(gateway.properties.profiles) ? gateway.properties.profiles : [];
  gateway.properties.profiles = [...kept, folder].slice(-50);
  return `${origin}/vpnprofile-immutable/${folder}/vpnclientconfiguration.zip?${query}`;
}

/** `GET /vpnprofile-immutable/{folder}/vpnclientconfiguration.zip` with its signature, without a token. */
export function clientProfile(core: Core, request: WireRequest, url: URL): WireResponse {
  const folder = url.pathname.split('/')[2] ?? '';
  const end = url.searchParams.get('se') ?? '';
  const refuse = (status: number, code: string, message: string): WireResponse => ({
    status,
    headers: { 'Content-Type': 'application/xml', 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  });
  if (url.searchParams.get('sig') !== signatureOf(folder, end) || timestamp(core) > end) {
    const message =
      'Server failed to authenticate the request. The signature does not fit, or its time is over.';
    return refuse(403, 'AuthenticationFailed', message);
  }
  if (request.method.toUpperCase() !== 'GET')
    return refuse(405, 'UnsupportedHttpVerb', 'The resource does not support the verb.');
  const gateway = [...core.world.resources].find(
    ({ properties }) => Array.isArray(properties.profiles) && properties.profiles.includes(folder),
  );
  if (!gateway) return refuse(404, 'BlobNotFound', 'The specified blob does not exist.');
  const bytes = zipSync(filesOf(core, gateway), { mtime: core.clock.now() });
  return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: '', bytes };
}

/**
 * The files of a profile, by the tunnels and the authentication of the gateway
 * (point-to-site-vpn-client-config-radius-password, vpn-profile-intune; a public listing of one). Their content is
 * simplified: enough to find server, routes and tunnel.
 */
function filesOf(core: Core, gateway: Resource): Record<string, Uint8Array> {
  const client = object(gateway.properties.vpnClientConfiguration);
  const protocols = Array.isArray(client.vpnClientProtocols) ? client.vpnClientProtocols.map(String) : [];
  const profile = {
    server: serverOf(gateway),
    routes: routesOf(core, gateway),
    protocols,
    password: list(client.radiusServers).length > 0 || text(client.radiusServerAddress) !== undefined,
    seed: text(gateway.properties.resourceGuid) ?? '',
  };
  const native = protocols.includes('IkeV2') || protocols.includes('SSTP');
  return {
    'Generic/VpnSettings.xml': strToU8(settingsXml(profile)),
    'Generic/VpnServerRoot.cer': serverRoot,
    'Generic/VpnServerRoot.cer_0': serverRoot,
    ...(protocols.includes('OpenVPN') && { 'OpenVPN/vpnconfig.ovpn': strToU8(openVpn(profile)) }),
    ...(native && {
      'WindowsAmd64/VpnClientSetupAmd64.exe': noInstaller,
      'WindowsX86/VpnClientSetupX86.exe': noInstaller,
    }),
  };
}

interface Profile {
  server: string;
  routes: string[];
  protocols: string[];
  password: boolean;
  seed: string;
}

const serverOf = ({ properties }: Resource): string => {
  const guid = text(properties.resourceGuid) ?? '';
  return `azuregateway-${guid}-${guid.replaceAll('-', '').slice(-12)}.vpn.azure.com`;
};

/** What clients reach through the tunnel: the network, and the routes that the gateway's owner added. */
function routesOf(core: Core, gateway: Resource): string[] {
  const [first] = list(gateway.properties.ipConfigurations);
  const subnet = text(object(object(first?.properties).subnet).id) ?? '';
  const network = core.world.resources.get(key(subnet).split('/subnets/')[0] ?? '');
  return [
    ...prefixesOf(object(network?.properties.addressSpace)),
    ...prefixesOf(object(gateway.properties.customRoutes)),
  ];
}

const settingsXml = ({
  server,
  routes,
  protocols,
  password,
}: Profile): string => `<?xml version="1.0" encoding="utf-8"?>
<VpnProfile xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <VpnServer>${server}</VpnServer>
  <VpnType>${protocols.map((protocol) => (protocol === 'IkeV2' ? 'IKEv2' : protocol)).join(',')}</VpnType>
  <CaCert>${serverRoot.toString('base64')}</CaCert>
  <Routes>${routes.join(',')}</Routes>
  <Auth>${password ? 'EAP-MSCHAPv2' : 'EAP-TLS'}</Auth>
</VpnProfile>
`;

const openVpn = ({ server, password, seed }: Profile): string => `client
remote ${server} 443
verify-x509-name '${server}' name
remote-cert-tls server
dev tun
proto tcp
resolv-retry infinite
nobind
auth SHA256
cipher AES-256-GCM
persist-key
persist-tun
tls-timeout 30
tls-version-min 1.2
key-direction 1
${password ? 'auth-user-pass' : ''}
<ca>
-----BEGIN CERTIFICATE-----
${serverRoot.toString('base64').replace(/(.{64})/g, '$1\n')}
-----END CERTIFICATE-----
</ca>
<tls-auth>
-----BEGIN OpenVPN Static key V1-----
${Buffer.from(scramble(`tls-auth:${seed}`, 256))
  .toString('hex')
  .slice(0, 512)}
-----END OpenVPN Static key V1-----
</tls-auth>
${password ? '' : '<cert>\n$CLIENTCERTIFICATE\n</cert>\n<key>\n$PRIVATEKEY\n</key>\n'}`;

const noInstaller = strToU8('The simulator has no installer: this file stands where Azure puts one.\n');

/** A root certificate made for the simulator, in DER. Nobody has its key. */
const serverRoot = Buffer.from(
  'MIIBnjCCAUOgAwIBAgIUeU9X5o2jLQtCKGVxJ1Bmh+0iLJQwCgYIKoZIzj0EAwIwJDEiMCAGA1UEAwwZU2ltdWxhdGVkIFZQTiBTZXJ2ZXIgUm9vdDAeFw0yNjExMjkwMzMzMzRaFw00NjExMjQwMzMzMzRaMCQxIjAgBgNVBAMMGVNpbXVsYXRlZCBWUE4gU2VydmVyIFJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATgkwM+Wlbs2pGTgj5KWX30aP3C+hUiDxR7uEyCJ1ZFAmL4Q2d9dQtMNcSRUWp7sQH/tBtHINnrRnoJ8w8pAIu7o1MwUTAdBgNVHQ4EFgQULvxtc9knYzKKDXcN+7aeSo/l4T4wHwYDVR0jBBgwFoAULvxtc9knYzKKDXcN+7aeSo/l4T4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA9U+8aLvUDLEN7KTpDH5G4PYaZTYK8uaPn9Pe7QvSSYwCIQCvhjPO40gcduLTF9X6tupOX5V2A89PM4Ekq40bftPriw==',
  'base64',
);
