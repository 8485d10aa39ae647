import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bicep, needsBicep, predicted, root } from './bicep.ts';

const files = readdirSync(`${root}infra`).filter((file) => file.endsWith('.bicepparam'));

/**
 * What each parameter file would deploy, as the compiler predicts it. Read a difference like code: existing
 * installations get it. `npx vitest run test/infra/snapshots.test.ts -u` accepts it.
 */
describe.skipIf(!bicep)(`What is deployed by each parameter file${needsBicep}`, () => {
  it.each(files)('%s', async (file) => {
    const resources = await predicted(file.replace('.bicepparam', ''));
    await expect(`${JSON.stringify(resources, null, 2)}\n`).toMatchFileSnapshot(
      `${root}test/golden/deployments/${file.replace('.bicepparam', '.json')}`,
    );
  });
});
