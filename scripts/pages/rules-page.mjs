import '../entry.mjs';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run build` first: the page is made from the built rules.
const { rulesPage } = await import('../../dist/shared/compliance/report/rules-page.js');
writeFileSync(fileURLToPath(new URL('../../docs/rules.md', import.meta.url)), rulesPage());
