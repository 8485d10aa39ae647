import { writeFileSync } from 'node:fs';
import { removalActions, roleActions } from '../../dist/shared/azure/wire/role.js';

// Bicep reads JSON, not TypeScript.
for (const [name, actions] of [
  ['role-actions', roleActions],
  ['removal-actions', removalActions],
]) {
  const file = new URL(`../../infra/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(actions, null, 2)}\n`);
}
