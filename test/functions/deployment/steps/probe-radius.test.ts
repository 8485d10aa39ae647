import { expect, it } from 'vitest';
import { probeRadius } from '../../../../functions/deployment/steps/probe-radius.ts';
import type { RadiusProbes } from '../../../../shared/ports.ts';
import { vault } from './vault.ts';

const { secrets } = vault({
  'radius-hub-nps-01': { value: 'first' },
  'radius-hub-nps-02': { value: 'second' },
});
const order = {
  addresses: ['10.0.1.5', '10.0.1.4'],
  secrets: {
    '10.0.1.4': { name: 'radius-hub-nps-01', version: 'v1' },
    '10.0.1.5': { name: 'radius-hub-nps-02', version: 'v1' },
  },
};

it('asks each server with its own secret, and answers in the order of the addresses', async () => {
  const asked: string[] = [];
  const probes: RadiusProbes = {
    subnet: '10.0.9.0/28',
    probe: async (address, secret) => {
      asked.push(`${address} ${secret}`);
      return { outcome: 'ok', milliseconds: address === '10.0.1.4' ? 4 : 5 } as never;
    },
  };
  expect(await probeRadius(secrets, probes)(order)).toEqual([
    { outcome: 'ok', milliseconds: 5 },
    { outcome: 'ok', milliseconds: 4 },
  ]);
  expect(asked).toEqual(['10.0.1.5 second', '10.0.1.4 first']);
});

it('reads no secret where nobody is to be asked', async () => {
  const closed = { ...secrets, read: () => Promise.reject(new Error('not to be read')) };
  expect(await probeRadius(closed, undefined)(order)).toEqual([]);
});
