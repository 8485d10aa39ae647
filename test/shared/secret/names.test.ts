import { describe, expect, it } from 'vitest';
import {
  defaultSecretName,
  possibleSecretNames,
  type SecretNaming,
  secretNames,
} from '../../../shared/secret/names.ts';
import { gatewayId, npsId } from '../hub.ts';

const first = { address: '10.0.1.4', host: npsId };
const second = { address: '10.0.1.5', host: npsId.replace('nps-01', 'nps-02') };
const shared = defaultSecretName(gatewayId);

/**
 * Names that belong to only one server are returned as `own 1` and `own 2`. `radius-hub=1` means: tagged with the first
 * server.
 */
function named(more: Partial<SecretNaming>, inVault: readonly string[] = []) {
  const naming = { gatewayId, wished: undefined, servers: [first], onGateway: [], ...more };
  const [, one, two] = possibleSecretNames(gatewayId, naming.wished, [first, second]);
  const told = new Map([
    [one!, 'own 1'],
    [two!, 'own 2'],
  ]);
  const find = (name: string) => {
    const known = told.get(name) ?? name;
    if (inVault.includes(known)) return {};
    return inVault.includes(`${known}=1`) ? { host: first.host.toUpperCase() } : undefined;
  };
  return secretNames({ ...naming, find }).map((name) => told.get(name) ?? name);
}

describe('the shared secret of a gateway and an NPS server', () => {
  const moved = { ...first, host: second.host };
  const cases: readonly [string, Partial<SecretNaming>, readonly string[], readonly string[]][] = [
    ['is its own', { servers: [first, second] }, [], ['own 1', 'own 2']],
    ['has the name of the ticket with one server', { wished: 'radius-hub' }, [], ['radius-hub']],
    [
      'has the name of the ticket for the first of two, and one of its own for the second',
      { wished: 'radius-hub', servers: [first, second] },
      [],
      ['radius-hub', 'own 2'],
    ],
    [
      'is not the one of another server, though the gateway has both',
      { wished: 'radius-hub', servers: [second, first], onGateway: [first, second] },
      ['radius-hub=1'],
      ['own 2', 'radius-hub'],
    ],
    [
      'stays the single one of before',
      { servers: [first, second], onGateway: [first, second] },
      [shared],
      [shared, shared],
    ],
    [
      'stays, also when the machine is not known',
      { onGateway: [{ address: '10.0.1.4' }] },
      [shared],
      [shared],
    ],
    [
      'stays when the machine gets another address',
      { wished: 'radius-hub', servers: [{ ...first, address: '10.0.1.44' }], onGateway: [first] },
      ['radius-hub=1'],
      ['radius-hub'],
    ],
    [
      'is a new one for a server that joins',
      { servers: [first, second], onGateway: [first] },
      [shared],
      [shared, 'own 2'],
    ],
    [
      'is a new one for a server that joins, also beside the name of the ticket',
      { wished: 'radius-hub', servers: [first, second], onGateway: [first] },
      ['radius-hub'],
      ['radius-hub', 'own 2'],
    ],
    [
      'is a new one for a server that takes the place of another',
      { wished: 'radius-hub', servers: [second], onGateway: [first] },
      ['radius-hub'],
      ['own 2'],
    ],
    [
      'is a new one where another machine has the address of before',
      { wished: 'radius-hub', servers: [moved], onGateway: [first] },
      ['radius-hub'],
      ['own 2'],
    ],
    [
      'is the own one of each after a rotation of two: the first keeps the name, and gets a new version',
      { servers: [first, second], onGateway: [first, second], isRotation: true },
      [shared],
      [shared, 'own 2'],
    ],
    [
      'is the same when such a rotation carries on, in whichever order',
      { servers: [second, first], onGateway: [first, second], isRotation: true },
      [`${shared}=1`, 'own 2'],
      ['own 2', shared],
    ],
    [
      'is a new one where a machine that is not known has another address',
      { servers: [second], onGateway: [{ address: '10.0.1.4' }] },
      [shared],
      ['own 2'],
    ],
    ['keeps its name in a rotation of one', { onGateway: [first], isRotation: true }, [shared], [shared]],
    [
      'stays its own',
      { servers: [first, second], onGateway: [first, second] },
      [shared, 'own 1', 'own 2'],
      ['own 1', 'own 2'],
    ],
  ];
  it.each(cases)('%s', (_, naming, inVault, expected) => {
    expect(named(naming, inVault)).toEqual(expected);
  });

  it('has a name that Key Vault takes, of this gateway and this server alone', () => {
    const nameOf = (gateway: string, host: string, wished?: string) =>
      possibleSecretNames(gateway, wished, [{ address: '10.0.1.4', host }])[1]!;
    const other = gatewayId.replace('rg-hub', 'rg-2');
    expect(nameOf(gatewayId, npsId)).toMatch(/^radius-vpngw-hub-[0-9a-f]{12}-nps-01-[0-9a-f]{8}$/);
    expect(nameOf(gatewayId.toUpperCase(), npsId.toUpperCase())).toBe(nameOf(gatewayId, npsId));
    expect(nameOf(other, npsId, 'radius')).not.toBe(nameOf(gatewayId, npsId, 'radius'));
    for (const [gateway, host, wished] of [
      [`${gatewayId}_a.b`, `${npsId}_a.b`, undefined],
      [`${gatewayId}${'x'.repeat(80)}`, `${npsId}${'x'.repeat(64)}`, undefined],
      [gatewayId, npsId, 'n'.repeat(127)],
    ] as const)
      expect(nameOf(gateway, host, wished)).toMatch(/^[0-9a-z-]{1,127}$/);
  });

  it('is named after the gateway where no ticket names it, whatever the case of its id', () => {
    expect(shared).toMatch(/^radius-vpngw-hub-[0-9a-f]{12}$/);
    expect(defaultSecretName(gatewayId.toUpperCase())).toBe(shared);
    expect(defaultSecretName(gatewayId.replace('rg-hub', 'rg-2'))).not.toBe(shared);
  });
});
