import { expect, it } from 'vitest';
import { desired, given, oldSecret, secret } from '../desired.ts';
import type { Answer, Command } from '../engine.ts';

const name = 'vpngw-hub';
const wanted = (address: string) => desired({ radiusClients: [{ name, address }] });
const refused = given.fault('prefix', 'refused');
const noRestart = given.failing('Restart-Service', 'Service IAS failed to start');
const enabled = (value: boolean, at = -1) => `$state.radiusClients[${at}].enabled = $${value}`;
const approved = desired({ approvedChanges: [`client-enabled:${name}`] });

/** A server with one client for each address of the gateway subnet, and what is done there then. */
const afterwards = (before: string, ...commands: Command[]): Command[] => [
  { operation: 'Set', desired: desired(), secret, given: `${given.granting}${refused}` },
  { operation: 'Get', desired: desired(), given: before },
  ...commands,
];
/** A client of one address that must give way, and NPS that does not start again. */
const givesWay = (more: string): Command[] => [
  {
    operation: 'Get',
    desired: desired(),
    given: `${given.granting}${given.client(name, '10.0.255.4', more)}; ${refused}; ${noRestart}`,
  },
  { operation: 'Set', desired: desired(), secret },
];

export const stories = {
  'others on an edition that refuses a prefix': [
    {
      operation: 'Get',
      desired: desired(),
      given: `${given.granting}${given.client('wifi-ap', '192.168.7.1')}${given.client('switch', '192.168.7.2')}${refused}`,
    },
    { operation: 'Set', desired: desired(), secret },
  ],
  'the largest subnet': [
    { operation: 'Set', desired: wanted('10.0.254.0/26'), secret, given: `${given.granting}${refused}` },
  ],
  'one is disabled, and enabling is approved': afterwards(enabled(false, 3), {
    operation: 'Set',
    desired: approved,
    secret,
  }),
  'one is disabled, another one missing': afterwards(
    `${enabled(false, 3)}; $state.radiusClients = @($state.radiusClients | Select-Object -Skip 1)`,
    { operation: 'Set', desired: desired(), secret },
  ),
  'a prefix is refused, and no secret was sent': [
    {
      operation: 'Get',
      desired: desired(),
      given: `${given.granting}${given.client(name, '10.0.255.4')}${refused}`,
    },
    { operation: 'Set', desired: desired() },
  ],
  'a client of one address, where a prefix is ignored': [
    {
      operation: 'Set',
      desired: desired(),
      secret,
      given: `${given.granting}${given.client(name, '10.0.255.4')}${given.fault('prefix', 'ignored')}`,
    },
  ],
  'a client of one address in a large subnet, where a prefix is ignored': [
    {
      operation: 'Set',
      desired: wanted('10.0.254.0/24'),
      secret,
      given: `${given.granting}${given.client(name, '10.0.254.4')}${given.fault('prefix', 'ignored')}`,
    },
  ],
  'a subnet that became one address, and NPS refuses': [
    {
      operation: 'Get',
      desired: desired(),
      given: `${given.granting}${given.client(name, '10.0.255.0/27')}${given.failing('Set-NpsRadiusClient', 'Access is denied')}`,
    },
    { operation: 'Set', desired: wanted('10.0.255.4'), secret },
  ],
  'a subnet that shrank, and NPS does not start': afterwards(`${enabled(false, 20)}; ${noRestart}`, {
    operation: 'Set',
    desired: wanted('10.0.255.0/28'),
    secret: oldSecret,
  }),
  'an enabled client gives way, and NPS does not start': givesWay(enabled(true)),
  'a disabled client gives way, and NPS does not start': givesWay(enabled(false)),
  'NPS takes no client and says nothing': [
    {
      operation: 'Set',
      desired: desired(),
      secret,
      given: `${given.granting}${given.fault('prefix', 'nothing')}`,
    },
  ],
  'NPS does not take a single address and says nothing': [
    {
      operation: 'Set',
      desired: wanted('10.0.9.4'),
      secret,
      given: `${given.granting}${given.fault('prefix', 'nothing')}`,
    },
  ],
} satisfies Record<string, Command[]>;

type Client = { name: string; address: string; enabled: boolean; sharedSecret: string };

export function singleAddresses(told: () => Record<string, Answer[]>) {
  const step = (story: keyof typeof stories, index: number) => told()[story]?.at(index) as Answer;
  const clients = (story: keyof typeof stories, index: number): Client[] =>
    step(story, index).state.radiusClients;
  const calls = (story: keyof typeof stories, command: string) =>
    step(story, -1).state.calls.filter((call: string) => call.startsWith(command)).length -
    step(story, -2).state.calls.filter((call: string) => call.startsWith(command)).length;

  it('the clients of others stay as they are while a gateway gets one for each address', () => {
    const story = 'others on an edition that refuses a prefix';
    expect(clients(story, 1).slice(0, 2)).toEqual(clients(story, 0));
    expect(clients(story, 1)).toHaveLength(2 + 27);
    expect(step(story, 1).result.changes).toContainEqual({
      id: `client-added:${name}`,
      what: 'radiusClient vpngw-hub: added 27 clients for single addresses of 10.0.255.0/27',
      scope: 'own',
      restart: true,
    });
  });

  it('a /26 is the largest subnet: it gets 59', () => {
    expect(step('the largest subnet', 0).result.error).toBeUndefined();
    expect(clients('the largest subnet', 0)).toHaveLength(59);
  });

  it('only the one that is disabled is written when enabling is approved', () => {
    const story = 'one is disabled, and enabling is approved';
    expect(clients(story, 1).filter((client) => !client.enabled)).toHaveLength(1);
    expect(clients(story, 2).filter((client) => !client.enabled)).toEqual([]);
    expect(calls(story, 'Set-NpsRadiusClient')).toBe(1);
  });

  it('one that was missing is enabled as most are, and the one that somebody disabled stays so', () => {
    const story = 'one is disabled, another one missing';
    const disabled = (index: number) => clients(story, index).filter((client) => !client.enabled);
    expect(clients(story, 2)).toHaveLength(27);
    expect(disabled(2)).toEqual(disabled(1));
    expect(calls(story, 'Set-NpsRadiusClient')).toBe(0);
  });

  it('a success of NPS that changed no address counts as a refusal', () => {
    const taken = step('a client of one address, where a prefix is ignored', 0);
    expect(taken.result.error).toBeUndefined();
    expect(taken.state.radiusClients).toHaveLength(27);
    const { exitCode, result } = step(
      'a client of one address in a large subnet, where a prefix is ignored',
      0,
    );
    expect(exitCode).toBe(1);
    expect(result.error.message).toContain(
      'refuses the prefix 10.0.254.0/24 as address of a RADIUS client (NPS does not show it after changing it), and 251 clients for single addresses are too many',
    );
  });

  it('a client is never taken away for the single addresses of one address', () => {
    const story = 'a subnet that became one address, and NPS refuses';
    expect(step(story, 1).result.error.message).toContain('the RADIUS client vpngw-hub: Access is denied');
    expect(clients(story, 1)).toEqual(clients(story, 0));
    expect(calls(story, 'Remove-NpsRadiusClient')).toBe(0);
  });

  it('without a secret no client can be made anew: the client stays as it is', () => {
    const story = 'a prefix is refused, and no secret was sent';
    const { exitCode, result } = step(story, 1);
    expect(exitCode).toBe(1);
    expect(result.error.message).toContain('the RADIUS client vpngw-hub: The parameter is incorrect');
    expect(clients(story, 1)).toEqual(clients(story, 0));
  });

  it.each([
    'a subnet that shrank, and NPS does not start',
    'an enabled client gives way, and NPS does not start',
    'a disabled client gives way, and NPS does not start',
  ] as const)(
    '%s: each client is made again as it was, with its secret, enabled or not, and nothing is imported',
    (story) => {
      const byName = (some: Client[]) => some.toSorted((one, other) => one.name.localeCompare(other.name));
      expect(step(story, -1).exitCode).toBe(1);
      expect(calls(story, 'Remove-NpsRadiusClient')).toBeGreaterThan(0);
      expect(byName(clients(story, -1))).toEqual(byName(clients(story, -2)));
      expect(calls(story, 'Import-')).toBe(0);
    },
  );

  it('a client that NPS does not show after it was added fails the run, by its name', () => {
    const one = step('NPS takes no client and says nothing', 0);
    expect(one.exitCode).toBe(1);
    expect(one.result.error.message).toContain(
      'NPS does not show the RADIUS client vpngw-hub-10.0.255.4 after adding it',
    );
    const other = step('NPS does not take a single address and says nothing', 0);
    expect(other.exitCode).toBe(1);
    expect(other.result.error.message).toContain(
      'the RADIUS client vpngw-hub with the address 10.0.9.4: NPS does not show it after adding it',
    );
  });
}
