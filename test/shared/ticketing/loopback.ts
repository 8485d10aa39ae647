import { generate } from 'selfsigned';
import type { Secret } from '../../../shared/secret/model.ts';

/** A certificate, with its own authority, for 127.0.0.1 and the names that the tests resolve to it. */
export async function loopbackCertificate(...names: string[]) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'simulated ticketing' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [{ type: 7, ip: '127.0.0.1' }, ...names.map((value) => ({ type: 2 as const, value }))],
      },
    ],
  });
  return { key, cert };
}

export function secretsOf(values: Readonly<Record<string, string>>) {
  return {
    read: async (name: string): Promise<Secret | undefined> =>
      values[name] === undefined
        ? undefined
        : { value: values[name], version: '1', createdAt: '2026-03-01T00:00:00Z' },
  };
}
