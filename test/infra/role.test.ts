import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roleActions } from '../../shared/azure/wire/role.ts';
import type { JsonObject } from '../../simulator/azure/wire/messages.ts';
import { npsOnPremises, type Stage, stage } from '../flows/stage/stage.ts';
import { bicep, needsBicep, predicted, root } from './bicep.ts';

const granted = (actions: readonly string[]) => ({ scenario: { rbac: { roleActions: [...actions] } } });

/** One deployment with an NPS server in Azure and one on premises. */
async function deployed(app: Stage) {
  const servers = [
    { address: '10.0.1.4', score: 30 },
    { address: '192.168.10.4', score: 20, host: npsOnPremises },
  ];
  const ticket = app.ticket();
  const { servers: sample } = (ticket as JsonObject).radius as { servers: object[] };
  return app.ended(
    await app.send({ ...ticket, radius: { servers: [{ ...sample[0], ...servers[0] }, servers[1]] } }),
  );
}

describe('The role', () => {
  it('is the one that Bicep assigns', () => {
    expect(JSON.parse(readFileSync(`${root}infra/role-actions.json`, 'utf8'))).toEqual(roleActions);
  });

  it('names each action once, in full', () => {
    expect(new Set(roleActions.map((action) => action.toLowerCase())).size).toBe(roleActions.length);
    for (const action of roleActions)
      expect(action).toMatch(/^Microsoft\.\w+(\/\w+)+\/(read|write|delete|action)$/);
  });

  it.skipIf(!bicep)(`is the only permission in the subscription${needsBicep}`, async () => {
    const resources = await predicted('small');
    const definitions = resources.filter(({ type }) => type === 'Microsoft.Authorization/roleDefinitions');
    const permissions = (actions: readonly string[]) => [
      { actions, notActions: [], dataActions: [], notDataActions: [] },
    ];
    expect(definitions.map(({ properties }) => properties.permissions)).toEqual([
      permissions(roleActions.filter((action) => !action.includes('listRadiusSecrets'))),
      permissions(roleActions.filter((action) => action.includes('listRadiusSecrets'))),
    ]);
  });

  it.skipIf(!bicep)(
    `to compare secrets is apart: wider where Azure lacks the action, or left out${needsBicep}`,
    async () => {
      const rolesWith = async (compareRole: string) => {
        const resources = await predicted(`using 'main.bicep'
param environmentName = 'vpn'
param location = 'westeurope'
param compareRole = '${compareRole}'
`);
        const ofType = (type: string) =>
          resources.filter((one) => one.type === `Microsoft.Authorization/${type}`);
        const assigned = ofType('roleAssignments').map(
          ({ properties }) => properties.roleDefinitionId as string,
        );
        const made = ofType('roleDefinitions');
        return made.map(({ name, properties }) => {
          expect(assigned.filter((id) => id.endsWith(name))).toHaveLength(1);
          return properties.permissions[0].actions as string[];
        });
      };
      expect((await rolesWith('gatewayActions'))[1]).toEqual([
        'Microsoft.Network/virtualNetworkGateways/*/action',
      ]);
      expect(await rolesWith('none')).toHaveLength(1);
    },
  );

  it('is enough for a whole deployment', async () => {
    const app = await stage(granted(roleActions));
    const { status, error } = await deployed(app);
    expect(error).toBeUndefined();
    expect(status).toBe('Succeeded');
  });
});
