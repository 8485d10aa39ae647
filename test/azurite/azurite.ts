import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('node_modules/azurite/dist/src/', import.meta.url));

/**
 * The script that starts one service of Azurite, or all three; undefined when Azurite is not installed, or is left out
 * because to start it takes longer than the tests. It has a folder of its own, because it brings more packages than
 * everything else together.
 */
export function azuriteScript(service: 'blob' | 'queue' | 'table' | 'azurite'): string | undefined {
  const script = service === 'azurite' ? `${installed}azurite.js` : `${installed}${service}/main.js`;
  return !process.env.WITHOUT_AZURITE && existsSync(script) ? script : undefined;
}

/** Why a test is skipped, for its title. */
export const needsAzurite = azuriteScript('blob')
  ? ''
  : ' (skipped: Azurite is not installed: npm ci --prefix test/azurite)';
