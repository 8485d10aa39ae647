import { describe, expect, it } from 'vitest';
import { withoutReserved } from '../../../../shared/azure/vault/reserved-secrets.ts';
import type { Secrets } from '../../../../shared/ports.ts';

/** A vault that notes each call, in front of which the app keeps its own secrets. */
function guarded() {
  const calls: unknown[][] = [];
  const noting = new Proxy({} as Secrets, {
    ownKeys: () => ['read', 'write', 'versions', 'retire', 'delete', 'tag', 'disable'],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get:
      (_, call) =>
      async (...given: unknown[]) => {
        calls.push([call, ...given]);
        return `${String(call)} is done`;
      },
  });
  return { calls, vault: withoutReserved(noting, ['Jira-Credential', undefined, 'callback-key']) };
}

const uses: readonly (readonly [string, (vault: Secrets, name: string) => Promise<unknown>, unknown[]])[] = [
  ['read', (vault, name) => vault.read(name, 'v1', { mayBeExpired: true }), ['v1', { mayBeExpired: true }]],
  ['write', (vault, name) => vault.write(name, 's', { a: 'b' }, '2030'), ['s', { a: 'b' }, '2030']],
  ['tag', (vault, name) => vault.tag(name, 'v1', { a: 'b' }), ['v1', { a: 'b' }]],
  ['disable', (vault, name) => vault.disable(name, 'v2', 'v1'), ['v2', 'v1']],
  ['retire', (vault, name) => vault.retire(name, 'v1'), ['v1']],
  ['delete', (vault, name) => vault.delete(name), []],
];

describe("a secret of the app's own settings", () => {
  it.each(uses)('cannot be that of a gateway: %s', async (_, use) => {
    const { calls, vault } = guarded();
    for (const name of ['Jira-Credential', 'jira-credential', 'CALLBACK-KEY'])
      await expect(use(vault, name)).rejects.toMatchObject({
        failure: {
          code: 'SecretReserved',
          message: `The Key Vault secret ${name} belongs to the app's own settings, so it cannot be the shared secret of a gateway. Name another secret, or one that does not exist yet.`,
          target: 'radius.secretName',
        },
      });
    expect(calls).toEqual([]);
  });
});

describe('any other secret', () => {
  it.each(uses)('is used as ever: %s', async (call, use, given) => {
    const { calls, vault } = guarded();
    for (const name of ['radius-hub', 'jira-credential-2'])
      expect(await use(vault, name)).toBe(`${call} is done`);
    expect(calls).toEqual([
      [call, 'radius-hub', ...given],
      [call, 'jira-credential-2', ...given],
    ]);
  });
});
