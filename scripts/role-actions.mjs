import { writeFileSync } from 'node:fs';
import { roleActions } from '../dist/shared/azure/wire/role.js';

// Bicep reads JSON, not TypeScript.
const file = new URL('../infra/role-actions.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(roleActions, null, 2)}\n`);
