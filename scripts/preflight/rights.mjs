import { stops, well } from './finding.mjs';

/** Whether the person who installs may write what is deployed, and, most important, may make and assign roles. */
export function rightsLooks({ subscriptionId, subscriptionIds, roleId, principal }) {
  const deploying = [
    'Microsoft.Resources/deployments/write',
    'Microsoft.Resources/subscriptions/resourceGroups/write',
    'Microsoft.Web/sites/write',
    'Microsoft.KeyVault/vaults/write',
    'Microsoft.Storage/storageAccounts/write',
    'Microsoft.EventGrid/systemTopics/write',
  ];
  const assigning = [
    'Microsoft.Authorization/roleAssignments/write',
    // A role is made once, but only by somebody who has this right in every subscription where the role can be
    // assigned.
    ...(roleId ? [] : ['Microsoft.Authorization/roleDefinitions/write']),
  ];
  return [...new Set([subscriptionId, ...subscriptionIds])].map((id) => ({
    what: `your rights in ${id}`,
    command: `az role assignment list --assignee ${principal} --include-inherited --include-groups --subscription ${id} --output table`,
    async look(azure) {
      const path = `/subscriptions/${id}/providers/Microsoft.Authorization/permissions`;
      const permissions = await azure.list(path, '2022-04-01');
      const wanted =
        id === subscriptionId
          ? [...deploying, ...assigning]
          : ['Microsoft.Resources/deployments/write', ...assigning];
      const missing = wanted.filter((action) => !permissions.some((one) => grants(one, action)));
      if (missing.length === 0) return [well(`you may deploy, and make and assign roles, in ${id}`)];
      const roles = missing.some((action) => action.startsWith('Microsoft.Authorization/'))
        ? missing.every((action) => action.startsWith('Microsoft.Authorization/'))
          ? ['User Access Administrator']
          : ['Contributor', 'User Access Administrator']
        : ['Contributor'];
      return [
        stops(
          `In ${id} you lack ${missing.join(', ')}. An owner can give it, or deploy (docs/install.md, "When you may not make roles").`,
          roles
            .map(
              (role) =>
                `az role assignment create --assignee ${principal} --role "${role}" --scope /subscriptions/${id}`,
            )
            .join(' && '),
        ),
      ];
    },
  }));
}

function grants({ actions = [], notActions = [] }, action) {
  return actions.some((one) => covers(one, action)) && !notActions.some((one) => covers(one, action));
}

function covers(pattern, action) {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'i').test(action);
}
