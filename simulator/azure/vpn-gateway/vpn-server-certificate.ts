import { generate } from 'selfsigned';
import { text } from '../wire/messages.ts';
import type { AzureWorld, KeyedCertificate, Resource } from '../world.ts';

/** Valid at any time, because clients check it by real time, and the simulator has its own time. */
const always = {
  notBeforeDate: new Date('2020-01-01T00:00:00Z'),
  notAfterDate: new Date('2049-12-31T00:00:00Z'),
};
const curve = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', ...always } as const;

/**
 * The authority that clients trust because their profile names it. In Azure it is a public one. Here each world has its
 * own.
 */
export async function vpnServerRoot(world: AzureWorld): Promise<KeyedCertificate> {
  if (world.vpnServerRoot) return world.vpnServerRoot;
  const made = await generate([{ name: 'commonName', value: 'Simulated VPN Server Root' }], {
    ...curve,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  world.vpnServerRoot ??= { certificate: made.cert, key: made.private };
  return world.vpnServerRoot;
}

/** The host to which clients of a gateway connect, and the name that OpenVPN expects in its certificate. */
export function vpnServerNames({ properties }: Pick<Resource, 'properties'>): {
  host: string;
  subject: string;
} {
  const guid = text(properties.resourceGuid) ?? '';
  return {
    host: `azuregateway-${guid}-${guid.replaceAll('-', '').slice(-12)}.vpn.azure.com`,
    subject: `${guid}.vpn.azure.com`,
  };
}

/** The certificate for a program that plays the gateway. VPN clients with the profile accept it. */
export async function vpnServerCertificate(
  world: AzureWorld,
  gateway: Pick<Resource, 'properties'>,
): Promise<KeyedCertificate> {
  const root = await vpnServerRoot(world);
  const { host, subject } = vpnServerNames(gateway);
  const made = await generate([{ name: 'commonName', value: subject }], {
    ...curve,
    ca: { key: root.key, cert: root.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [host, subject].map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
