import { join } from 'node:path';
import { rowsInFolder } from '../../../../shared/azure/storage/rows-in-folder.ts';
import type { Secrets } from '../../../../shared/ports.ts';
import type { Secret } from '../../../../shared/secret/model.ts';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';

/** A Key Vault in memory: versions of each name, oldest first. */
export function vault(stored: Readonly<Record<string, Partial<Secret>>> = {}) {
  const versions = new Map<string, (Secret & { readonly instead?: string; readonly expiresAt?: string })[]>();
  const add = (name: string, secret: Partial<Secret> & { readonly expiresAt?: string }) => {
    const held = versions.get(name) ?? [];
    const version = `v${held.length + 1}`;
    versions.set(name, [...held, { value: 'stored-by-hand-4711', createdAt: '', version, ...secret }]);
    return version;
  };
  const tagged = (tags: Readonly<Record<string, string>>): Partial<Secret> => ({
    ...(tags['vpn-radius-gateway'] && { gatewayId: tags['vpn-radius-gateway'] }),
    ...(tags['vpn-radius-server'] && { host: tags['vpn-radius-server'] }),
    ...(tags['vpn-radius-deployment'] && { madeBy: tags['vpn-radius-deployment'] }),
    ...(tags['vpn-radius-attempt'] && { attempt: tags['vpn-radius-attempt'] }),
  });
  for (const [name, secret] of Object.entries(stored)) add(name, secret);
  const secrets: Secrets = {
    read: async (name, version) => {
      const held = versions.get(name);
      const wanted = version ?? held?.at(-1)?.instead ?? held?.at(-1)?.version;
      return held?.find((one) => one.version === wanted);
    },
    write: async (name, value, tags, expiresAt) =>
      add(name, { value, ...tagged(tags), ...(expiresAt && { expiresAt }) }),
    tag: async (name, version, tags) => {
      const held = versions.get(name)!;
      versions.set(
        name,
        held.map((one) => (one.version === version ? { ...one, ...tagged(tags) } : one)),
      );
    },
    versions: async (name) =>
      (versions.get(name) ?? []).map(({ value: _, instead, ...known }) => ({
        ...known,
        enabled: instead === undefined,
      })),
    retire: async () => {},
    delete: async () => {},
    disable: async (name, version, instead) => {
      const held = versions.get(name)!;
      versions.set(
        name,
        held.map((one) => (one.version === version ? { ...one, instead } : one)),
      );
    },
  };
  return {
    secrets,
    get rows() {
      return rowsInFolder(join(temporaryFolder('vpn-radius-secrets-').folder, 'rows'));
    },
    of: (name: string) => versions.get(name) ?? [],
  };
}
