import { expect, it } from 'vitest';
import { seal, unseal } from '../../../shared/core/sealed.ts';

const url = 'https://management.azure.com/operations/1?t=ü&s=signature';

it('a sealed text holds nothing of it, differs each time, and opens for the same resource in any case', () => {
  const sealed = seal(url, 'secret', '/subscriptions/A/gateway');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('signature');
  expect(seal(url, 'secret', '/subscriptions/A/gateway')).not.toBe(sealed);
  expect(unseal(sealed, 'secret', '/SUBSCRIPTIONS/a/GATEWAY')).toBe(url);
});

const earlier =
  'WCUVpv86lv1bXtoUlCHM4vktsucappV28Qp7sNHY9R29zZl9XNQieN2DXdqhl43/TNjKvl7YCphGb8D8gv+h/PILtDl6Zywn4LNbkojBbct5ZkV7OS0=';

it('what an earlier version sealed still opens: a deployment can wait while the app is updated', () => {
  expect(unseal(earlier, 'secret', '/subscriptions/A/gateway')).toBe(url);
});

it.each([
  ['with another secret', 'other', '/gateway', (sealed: string) => sealed],
  ['for another resource', 'secret', '/another', (sealed: string) => sealed],
  ['after a change', 'secret', '/gateway', (sealed: string) => `${sealed.slice(0, -4)}AAAA`],
  ['when it is cut', 'secret', '/gateway', (sealed: string) => sealed.slice(0, 20)],
])('it does not open %s', (_, secret, context, changed) => {
  expect(() => unseal(changed(seal(url, 'secret', '/gateway')), secret, context)).toThrow();
});
