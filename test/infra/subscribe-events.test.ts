import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './bicep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/subscribe-events-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const outputs = {
  AZURE_SUBSCRIPTION_ID: '11111111-1111-1111-1111-111111111111',
  AZURE_RESOURCE_GROUP: 'rg-vpn',
  AZURE_FUNCTION_APP_NAME: 'func-vpn',
  SUBSCRIPTION_TOPIC_NAME: 'evgt-subscription',
  SUBSCRIPTION_TOPIC_RESOURCE_GROUP: 'rg-events',
  VAULT_TOPIC_NAME: 'evgt-vault',
  STORAGE_ACCOUNT_NAME: 'stvpn',
};
const functions = (...names: readonly string[]) =>
  JSON.stringify(names.map((name) => ({ name: `func-vpn/${name}` })));
const all = functions('vnetCreated', 'gatewayWritten', 'gatewayDeleted', 'secretNearExpiry', 'receiveTicket');

/** Runs the script with an `az` that answers the reads of the functions one after the other, and notes its calls. */
function subscribe(looks: readonly string[], args: readonly string[] = [], env: Record<string, string> = {}) {
  const told = {
    properties: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])),
  };
  writeFileSync(`${folder}/outputs`, JSON.stringify(told.properties));
  looks.forEach((look, index) => void writeFileSync(`${folder}/look-${index + 1}`, look));
  writeFileSync(
    `${folder}/az`,
    `#!/bin/sh
echo "$@" >> "${folder}/told"
case "$1 $2" in
  "functionapp function") cat "${folder}/look-$(grep -c '^functionapp' "${folder}/told")" ;;
  "deployment sub") cat "${folder}/outputs" ;;
  "deployment group") [ -z "$AZ_FAILS" ] || [ "$(grep -c '^deployment group' "${folder}/told")" -gt "\${AZ_FAILS_TIMES:-99}" ] || { echo "$AZ_FAILS" >&2; exit 1; }; echo '{}' ;;
esac
`,
    { mode: 0o755 },
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${root}infra/subscribe-events.mjs`, '--every', '0', ...args],
    { encoding: 'utf8', env: { PATH: `${folder}:/usr/bin:/bin`, ...env } },
  );
  return {
    status,
    said: stdout + stderr,
    commands: readFileSync(`${folder}/told`, 'utf8').trim().split('\n'),
  };
}

describe.skipIf(process.platform === 'win32')('Subscribing the functions to their events', () => {
  it('waits until Azure knows the functions, then deploys the subscriptions', () => {
    const { status, said, commands } = subscribe([functions(), functions('vnetCreated'), all], [], outputs);
    expect(said).toContain('Waiting for gatewayWritten, gatewayDeleted, secretNearExpiry in func-vpn');
    expect(commands.slice(0, 3)).toEqual(
      Array(3).fill(
        'functionapp function list --resource-group rg-vpn --name func-vpn --subscription 11111111-1111-1111-1111-111111111111 --output json',
      ),
    );
    expect(commands[3]).toMatch(
      /^deployment group create --name \S+ --resource-group rg-vpn --template-file \S+event-subscriptions\.bicep --parameters functionAppName=func-vpn subscriptionTopicName=evgt-subscription subscriptionTopicResourceGroup=rg-events vaultTopicName=evgt-vault storageAccountName=stvpn --subscription 11111111-1111-1111-1111-111111111111 --output json$/,
    );
    expect(status).toBe(0);
  });

  it('gives what event-subscriptions.bicep has parameters for', () => {
    const { commands } = subscribe([all], [], outputs);
    const given = [...commands.at(-1)!.matchAll(/(\w+)=/g)].map(([, name]) => name);
    const template = readFileSync(`${root}infra/event-subscriptions.bicep`, 'utf8');
    const required = [...template.matchAll(/^param (\w+) \S+$/gm)].map(([, name]) => name);
    expect(given).toEqual(expect.arrayContaining(required));
    for (const name of given) expect(template).toMatch(new RegExp(`^param ${name} `, 'm'));
  });

  it('reads the outputs of a deployment of main.bicep', () => {
    const { status, commands } = subscribe([all], ['--deployment', 'vpn-radius']);
    expect(commands[0]).toContain('deployment sub show --name vpn-radius --query properties.outputs');
    expect(commands.at(-1)).toContain('functionAppName=func-vpn');
    expect(status).toBe(0);
  });

  it('says which functions are missing, and deploys nothing', () => {
    const { status, said, commands } = subscribe(
      Array(3).fill(functions('vnetCreated', 'gatewayWritten', 'gatewayDeleted')),
      ['--looks', '3'],
      outputs,
    );
    expect(said).toContain('func-vpn has no function secretNearExpiry. Deploy the code first');
    expect(commands.join()).not.toContain('deployment group create');
    expect(status).toBe(1);
  });

  it('says which values are not set', () => {
    const { VAULT_TOPIC_NAME: _, ...others } = outputs;
    writeFileSync(`${folder}/told`, '');
    const { status, said } = subscribe([all], [], others);
    expect(said).toContain('VAULT_TOPIC_NAME is not set');
    expect(status).toBe(1);
  });

  it('tries again what is refused only because all of it is new', () => {
    const { status, said, commands } = subscribe([all], [], {
      ...outputs,
      AZ_FAILS: 'Destination endpoint not found.',
      AZ_FAILS_TIMES: '2',
    });
    expect(commands.filter((command) => command.startsWith('deployment group create'))).toHaveLength(3);
    expect(said).toContain('Attempt 2 of 8 was refused');
    expect(said).toContain('are subscribed to their events');
    expect(status).toBe(0);
  });

  it('tries again each refusal that docs/install.md says it does', () => {
    const page = readFileSync(`${root}docs/install.md`, 'utf8');
    const row = page.split('\n').find((line) => line.includes('when events are subscribed'))!;
    const refusals = [...row.split(' when ')[0]!.matchAll(/`([^`]+)`/g)].map(([, refusal]) => refusal!);
    expect(refusals.length).toBeGreaterThan(5);
    for (const refusal of refusals) {
      const { status, said } = subscribe([all], [], { ...outputs, AZ_FAILS: refusal, AZ_FAILS_TIMES: '1' });
      expect(said, refusal).toContain('Attempt 1 of 8 was refused');
      expect(status, refusal).toBe(0);
      rmSync(`${folder}/told`);
    }
  });

  it('tells what Azure goes on refusing, and at once what does not pass', () => {
    const forever = subscribe([all], [], { ...outputs, AZ_FAILS: 'Destination endpoint not found.' });
    expect(forever.said).toContain('Destination endpoint not found.');
    expect(forever.commands.filter((command) => command.startsWith('deployment group'))).toHaveLength(8);
    expect(forever.status).toBe(1);
    rmSync(`${folder}/told`);
    const wrong = subscribe([all], [], { ...outputs, AZ_FAILS: 'InvalidTemplate: no such parameter' });
    expect(wrong.said).toContain('InvalidTemplate');
    expect(wrong.commands.filter((command) => command.startsWith('deployment group'))).toHaveLength(1);
    expect(wrong.status).toBe(1);
  });

  it('leaves the choice of subscription to az where none is given', () => {
    const { AZURE_SUBSCRIPTION_ID: _, ...others } = outputs;
    expect(subscribe([all], [], others).commands.join()).not.toContain('--subscription');
  });
});
