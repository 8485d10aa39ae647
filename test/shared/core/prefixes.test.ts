import { describe, expect, it } from 'vitest';
import {
  firstFreePrefix,
  isIpv4Prefix,
  isPrivateAddress,
  lastFreePrefix,
} from '../../../shared/core/prefixes.ts';

describe('a prefix', () => {
  it.each([
    ['10.0.0.0/24', true],
    ['0.0.0.0/0', true],
    ['10.0.0.1/32', true],
    ['10.0.0.1/24', false],
    ['10.0.0.0', false],
    ['10.0.0.0/33', false],
    ['10.0.0.0/024', false],
    ['10.0.0/24', false],
    ['10.0.0.0/24/1', false],
    ['fd00::/48', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isIpv4Prefix(text)).toBe(expected);
  });

  it.each([
    ['10.0.1.4', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['100.64.0.1', true],
    ['8.8.8.8', false],
    ['172.0.0.0/8', false],
  ])('%s private: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});

describe('the free block', () => {
  it.each([
    ['10.0.0.0/24', [], 26, '10.0.0.0/26', '10.0.0.192/26'],
    ['10.0.0.0/24', ['10.0.0.0/32', '10.0.0.255/32'], 26, '10.0.0.64/26', '10.0.0.128/26'],
    ['10.0.0.0/24', ['10.0.0.0/25', '10.0.0.128/26'], 26, '10.0.0.192/26', '10.0.0.192/26'],
    ['10.0.0.0/24', ['10.0.0.0/16'], 26, undefined, undefined],
    [
      '10.0.0.0/24',
      ['10.0.0.64/32', '10.0.0.1/32', '10.0.0.128/32', '10.0.0.200/32'],
      26,
      undefined,
      undefined,
    ],
    ['10.0.0.0/27', [], 26, undefined, undefined],
    ['0.0.0.0/0', ['0.0.0.0/1'], 8, '128.0.0.0/8', '255.0.0.0/8'],
    ['fd00::/8', [], 27, undefined, undefined],
    ['10.0.0.0/24', ['fd00::/8'], 24, '10.0.0.0/24', '10.0.0.0/24'],
  ])('of %s without %j, /%i', (within, taken, length, first, last) => {
    expect(firstFreePrefix(within, taken, length)).toBe(first);
    expect(lastFreePrefix([within], taken, length)).toBe(last);
  });

  it('is looked for in every prefix, the last first', () => {
    expect(lastFreePrefix(['10.0.0.0/24', '10.1.0.0/24'], ['10.1.0.0/25'], 25)).toBe('10.1.0.128/25');
    expect(lastFreePrefix(['10.0.0.0/24', '10.1.0.0/24'], ['10.1.0.0/24'], 25)).toBe('10.0.0.128/25');
  });

  it('is found at once in a large network that is nearly full', () => {
    const taken = Array.from({ length: 2000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    expect(firstFreePrefix('10.0.0.0/8', taken, 24)).toBe('10.7.208.0/24');
    expect(lastFreePrefix(['10.0.0.0/8'], ['10.0.0.0/8'], 29)).toBeUndefined();
  });
});
