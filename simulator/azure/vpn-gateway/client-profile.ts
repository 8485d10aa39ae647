import { X509Certificate } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { key, scramble } from '../arm/identifiers.ts';
import { type Core, later, timestamp } from '../core.ts';
import { prefixesOf } from '../network/network-shapes.ts';
import { list, object, text, type WireRequest, type WireResponse } from '../wire/messages.ts';
import type { Resource } from '../world.ts';
import { vpnServerNames, vpnServerRoot } from './vpn-server-certificate.ts';

/** Where Azure keeps the profiles that it has generated: blobs with a signed URL. */
export const isProfilePath = (path: string): boolean => path.startsWith('/vpnprofile-immutable/');

const profileSignature = (folder: string, end: string): string => `${scramble(`sas:${folder}:${end}`, 43)}=`;

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
    sig: profileSignature(folder, end),
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
export async function clientProfile(core: Core, request: WireRequest, url: URL): Promise<WireResponse> {
  const folder = url.pathname.split('/')[2] ?? '';
  const end = url.searchParams.get('se') ?? '';
  const refuse = (status: number, code: string, message: string): WireResponse => ({
    status,
    headers: { 'Content-Type': 'application/xml', 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  });
  if (url.searchParams.get('sig') !== profileSignature(folder, end) || timestamp(core) > end) {
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
  const root = new X509Certificate((await vpnServerRoot(core.world)).certificate);
  const bytes = zipSync(filesOf(core, gateway, root), { mtime: core.clock.now() });
  return { status: 200, headers: { 'Content-Type': 'application/zip' }, body: '', bytes };
}

/**
 * The files of a profile, by the tunnels and the authentication of the gateway
 * (point-to-site-vpn-client-config-radius-password, vpn-profile-intune; a public listing of one). Their content is
 * simplified: enough to find server, routes and tunnel.
 */
function filesOf(core: Core, gateway: Resource, root: X509Certificate): Record<string, Uint8Array> {
  const client = object(gateway.properties.vpnClientConfiguration);
  const protocols = Array.isArray(client.vpnClientProtocols) ? client.vpnClientProtocols.map(String) : [];
  const profile = {
    ...vpnServerNames(gateway),
    root,
    routes: clientRoutes(core, gateway),
    protocols,
    usesPassword: list(client.radiusServers).length > 0 || text(client.radiusServerAddress) !== undefined,
    seed: text(gateway.properties.resourceGuid) ?? '',
  };
  const hasNativeClient = protocols.includes('IkeV2') || protocols.includes('SSTP');
  return {
    'Generic/VpnSettings.xml': strToU8(settingsXml(profile)),
    'Generic/VpnServerRoot.cer': root.raw,
    'Generic/VpnServerRoot.cer_0': root.raw,
    ...(protocols.includes('OpenVPN') && { 'OpenVPN/vpnconfig.ovpn': strToU8(openVpn(profile)) }),
    ...(hasNativeClient && {
      'WindowsAmd64/VpnClientSetupAmd64.exe': noInstaller,
      'WindowsX86/VpnClientSetupX86.exe': noInstaller,
    }),
  };
}

interface Profile {
  host: string;
  subject: string;
  root: X509Certificate;
  routes: string[];
  protocols: string[];
  usesPassword: boolean;
  seed: string;
}

/** What clients reach through the tunnel: the network, and the routes that the gateway's owner added. */
function clientRoutes(core: Core, gateway: Resource): string[] {
  const [first] = list(gateway.properties.ipConfigurations);
  const subnet = text(object(object(first?.properties).subnet).id) ?? '';
  const network = core.world.resources.get(key(subnet).split('/subnets/')[0] ?? '');
  return [
    ...prefixesOf(object(network?.properties.addressSpace)),
    ...prefixesOf(object(gateway.properties.customRoutes)),
  ];
}

const settingsXml = ({
  host,
  root,
  routes,
  protocols,
  usesPassword,
}: Profile): string => `<?xml version="1.0" encoding="utf-8"?>
<VpnProfile xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <VpnServer>${host}</VpnServer>
  <VpnType>${protocols.map((protocol) => (protocol === 'IkeV2' ? 'IKEv2' : protocol)).join(',')}</VpnType>
  <CaCert>${root.raw.toString('base64')}</CaCert>
  <Routes>${routes.join(',')}</Routes>
  <Auth>${usesPassword ? 'EAP-MSCHAPv2' : 'EAP-TLS'}</Auth>
</VpnProfile>
`;

/** The verified name is not the name of the host (public examples of such files). */
const openVpn = ({ host, subject, root, usesPassword, seed }: Profile): string => `client
remote ${host} 443
verify-x509-name '${subject}' name
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
${usesPassword ? 'auth-user-pass' : ''}
<ca>
${root.toString().trim()}
</ca>
<tls-auth>
-----BEGIN OpenVPN Static key V1-----
${Buffer.from(scramble(`tls-auth:${seed}`, 256))
  .toString('hex')
  .slice(0, 512)
  .replace(/(.{32})(?!$)/g, '$1\n')}
-----END OpenVPN Static key V1-----
</tls-auth>
${usesPassword ? '' : '<cert>\n$CLIENTCERTIFICATE\n</cert>\n<key>\n$PRIVATEKEY\n</key>\n'}`;

const noInstaller = strToU8('The simulator has no installer. In Azure, this file is an installer.\n');
