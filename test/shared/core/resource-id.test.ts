import { describe, expect, it } from 'vitest';
import {
  isResourceOfType,
  parseResourceId,
  resourceIdIn,
  subscriptionOf,
} from '../../../shared/core/resource-id.ts';

const subscription = '/subscriptions/11111111-2222-4333-8444-555555555555';
const network = 'Microsoft.Network/virtualNetworks';
const id = (name: string, group = 'rg-hub', type = network) =>
  `${subscription}/resourceGroups/${group}/providers/${type}/${name}`;

it('an id falls into its parts, whatever its case', () => {
  expect(parseResourceId(id('hub/subnets/GatewaySubnet'))).toEqual({
    subscriptionId: '11111111-2222-4333-8444-555555555555',
    resourceGroup: 'rg-hub',
    type: 'Microsoft.Network/virtualNetworks/subnets',
    names: ['hub', 'GatewaySubnet'],
  });
  expect(isResourceOfType(id('hub').toUpperCase(), network)).toBe(true);
});

it.each([
  ['of a resource', id('hub').toUpperCase(), '11111111-2222-4333-8444-555555555555'],
  ['alone', '/subscriptions/SUB-A', 'sub-a'],
  ['with a resource group', '/subscriptions/SUB-A/resourceGroups/rg', 'sub-a'],
  ['that is not at the beginning', 'https://a.example/subscriptions/SUB-A', ''],
  ['that is not there', 'hub', ''],
])('the subscription in an id: %s', (_, given, expected) => expect(subscriptionOf(given)).toBe(expected));

describe('the address of a resource in the portal', () => {
  it.each([
    [`https://portal.azure.com/#@corp.example/resource${id('hub')}/overview`, id('hub')],
    [`https://portal.azure.com/#@corp.example/resource${id('hub')}`, id('hub')],
    [`  https://portal.azure.us/?feature=1#resource${id('hub')}/subnets `, id('hub')],
  ])('%s holds its id', (address, inside) => expect(resourceIdIn(address)).toBe(inside));

  it.each([
    `https://portal.azure.com.evil.example/#resource${id('hub')}`,
    `https://portal.azure.com/#resource${id('..')}/overview`,
    'https://portal.azure.com/#home',
    id('hub'),
    'hub',
  ])('%s stays as it is', (text) => expect(resourceIdIn(text)).toBe(text));
});

describe('names that Azure gives', () => {
  it.each([
    ['a VNet with dots, hyphens and an underscore at its end', id('hub-1.west_')],
    ['a resource group with letters of another language and brackets', id('hub', 'Netz-Zürich_(alt).1')],
    ['a VM that begins with an underscore', id('_nps', 'rg', 'Microsoft.Compute/virtualMachines')],
    ['an Arc machine', id('nps-onprem.corp', 'rg', 'Microsoft.HybridCompute/machines')],
    ['a resource of a type that this app does not know', id('a+b,c=1', 'rg', 'Microsoft.Other/things')],
  ])('%s', (_, given) => expect(parseResourceId(given)).toBeDefined());
});

describe('what could lead a request elsewhere is no id', () => {
  it.each([
    [
      'a backslash, which a URL reads as a slash',
      id('x\\..\\..\\y', 'rg', 'Microsoft.HybridCompute/machines'),
    ],
    ['an encoded slash', id('hub%2f..%2fother')],
    ['a percent sign alone', id('hub%')],
    ['two dots for a name', id('..')],
    ['two dots within a name', id('hub..x')],
    ['one dot for a name of an unknown type', id('.', 'rg', 'Microsoft.Other/things')],
    ['two dots for the resource group', id('hub', '..')],
    ['a resource group that ends in a dot', id('hub', 'rg.')],
    ['a backslash in the resource group', id('hub', 'rg\\x')],
    ['a query', id('hub?api-version=1')],
    ['a fragment', id('hub#x')],
    ['a line break', id('hub\n')],
    ['a zero byte', id('hub\0')],
    ['a space', id('hub west')],
    ['a zero-width space', id('hub\u200b')],
    ['a name of 81 letters', id('x'.repeat(81))],
    ['a VM with a slash too many', id('nps//', 'rg', 'Microsoft.Compute/virtualMachines')],
    ['a type with a dot', id('hub', 'rg', 'Microsoft.Network/virtual.Networks')],
    ['a namespace of dots', id('hub', 'rg', '../virtualNetworks')],
    ['a type without a name', `${subscription}/resourceGroups/rg/providers/${network}`],
    ['a child type without a name', `${id('hub')}/subnets`],
    ['text before the id', `https://management.azure.com${id('hub')}`],
    ['no subscription', id('hub').replace(/11111111-[^/]*/, '..')],
  ])('%s', (_, given) => expect(parseResourceId(given)).toBeUndefined());
});
