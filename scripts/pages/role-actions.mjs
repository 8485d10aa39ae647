import '../entry.mjs';
import { writeFileSync } from 'node:fs';

// Bicep reads JSON, not TypeScript. `npm run build` first: the actions are read from the built app.
const { removalActions, roleActions } = await import('../../dist/shared/azure/wire/role.js');
for (const [name, actions] of [
  ['role-actions', roleActions],
  ['removal-actions', removalActions],
]) {
  const file = new URL(`../../infra/${name}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(actions, null, 2)}\n`);
}
