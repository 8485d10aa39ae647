import { X509Certificate } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { vpnServerCertificate } from '../../../../simulator/azure/vpn-gateway/vpn-server-certificate.ts';
import { gatewayBody, gatewayPath, network, readyHub } from '../client.ts';

const protocols = (vpnClientProtocols: string[]) => ({
  vpnClientConfiguration: { ...gatewayBody().properties.vpnClientConfiguration, vpnClientProtocols },
});

/** A hub with a gateway, the URL of its client profile, and the answer to a fetch of it without a token. */
async function withProfile(vpnClientProtocols: string[]) {
  const at = await readyHub();
  await at.done(at.put(gatewayPath(), gatewayBody(protocols(vpnClientProtocols))));
  const accepted = await at.post(network('virtualNetworkGateways/vpngw-hub/generatevpnprofile'));
  at.clock.advance(60_000);
  const { body: url } = await at.get(accepted.headers.location!);
  const fetched = (address: string) => at.azure.handle({ method: 'GET', url: address, headers: {} });
  return { ...at, url: url as string, fetched };
}

it('is a zip at the simulator itself, with the files of the tunnels that the gateway has', async () => {
  const { azure, url, fetched } = await withProfile(['IkeV2', 'OpenVPN']);
  expect(new URL(url).origin).toBe('https://management.azure.com');
  const answer = await fetched(url);
  expect([answer.status, answer.headers['Content-Type']]).toEqual([200, 'application/zip']);
  const files = unzipSync(answer.bytes!);
  expect(Object.keys(files).sort()).toEqual([
    'Generic/VpnServerRoot.cer',
    'Generic/VpnServerRoot.cer_0',
    'Generic/VpnSettings.xml',
    'OpenVPN/vpnconfig.ovpn',
    'WindowsAmd64/VpnClientSetupAmd64.exe',
    'WindowsX86/VpnClientSetupX86.exe',
  ]);
  const settings = strFromU8(files['Generic/VpnSettings.xml']!);
  const server = /<VpnServer>(.+)<\/VpnServer>/.exec(settings)![1];
  expect(server).toMatch(/^azuregateway-.*\.vpn\.azure\.com$/);
  expect(settings).toContain('<Routes>10.0.0.0/16</Routes>');
  expect(settings).toContain('<Auth>EAP-MSCHAPv2</Auth>');
  const openVpn = strFromU8(files['OpenVPN/vpnconfig.ovpn']!);
  expect(openVpn).toContain(`remote ${server} 443`);
  expect(openVpn).toContain('auth-user-pass');
  const root = new X509Certificate(Buffer.from(files['Generic/VpnServerRoot.cer']!));
  expect(root.verify(root.publicKey)).toBe(true);
  // Who plays the gateway towards clients has the certificate that these files have them expect.
  const gateway = azure.resource(gatewayPath().split('?')[0]!)!;
  const { certificate } = await vpnServerCertificate(azure.world, gateway);
  const held = new X509Certificate(certificate);
  expect(held.verify(root.publicKey)).toBe(true);
  expect(held.checkHost(server!)).toBe(server);
  const subject = /verify-x509-name '(.+)' name/.exec(openVpn)![1];
  expect(held.subject).toBe(`CN=${subject}`);
});

it('can still be fetched after a later write of the gateway', async () => {
  const { url, fetched, put, clock } = await withProfile(['IkeV2']);
  await put(gatewayPath(), gatewayBody(protocols(['IkeV2', 'OpenVPN'])));
  clock.advance(3 * 60_000);
  expect((await fetched(url)).status).toBe(200);
});

it('is refused with another signature, and after its hour', async () => {
  const { url, fetched, clock } = await withProfile(['IkeV2']);
  const files = unzipSync((await fetched(url)).bytes!);
  expect(Object.keys(files).some((name) => name.startsWith('OpenVPN/'))).toBe(false);
  expect((await fetched(url.replace(/sig=[^&]{6}/, 'sig=AAAAAA'))).headers['x-ms-error-code']).toBe(
    'AuthenticationFailed',
  );
  expect((await fetched(url.split('?')[0]!)).status).toBe(403);
  clock.advance(60 * 60_000);
  expect((await fetched(url)).status).toBe(403);
});
