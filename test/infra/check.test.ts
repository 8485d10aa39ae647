import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { bicep, needsBicep, root } from './bicep.ts';

const folder = mkdtempSync(`${tmpdir()}/check-infra-test-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(script: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, said: stdout + stderr };
}

describe('npm run check:infra', () => {
  it('says that it skipped, and does not fail, where there is no Bicep CLI', () => {
    // Elsewhere, so that no tools stand beside it.
    mkdirSync(`${folder}/alone/scripts`, { recursive: true });
    cpSync(`${root}scripts/check-infra.mjs`, `${folder}/alone/scripts/check-infra.mjs`);
    const { status, said } = check(`${folder}/alone/scripts/check-infra.mjs`, [`${root}infra`], {
      PATH: folder,
    });
    expect(said).toMatch(/^check:infra SKIPPED: there is no Bicep CLI/);
    expect(status).toBe(0);
  });

  it.skipIf(!bicep)(`passes, and lists what was held against Azure's types${needsBicep}`, () => {
    const { status, said } = check(`${root}scripts/check-infra.mjs`);
    expect(said).toContain('check:infra passed: 2 templates, 3 parameter files');
    for (const type of ['Web/sites', 'DurableTask/schedulers', 'EventGrid/systemTopics/eventSubscriptions'])
      expect(said).toMatch(new RegExp(`^checked Microsoft.${type}@20\\d\\d-`, 'm'));
    expect(status).toBe(0);
  });

  it.skipIf(!bicep)(`fails on a warning, and on a resource that nothing is known of${needsBicep}`, () => {
    mkdirSync(`${folder}/wrong/modules`, { recursive: true });
    const identity = (version: string) =>
      `resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@${version}' = {\n  name: 'one'\n  location: resourceGroup().location\n}\n`;
    writeFileSync(`${folder}/wrong/main.bicep`, `param colour string\n${identity('2024-11-30')}`);
    // In a module that nothing refers to: it is looked at all the same.
    writeFileSync(`${folder}/wrong/modules/other.bicep`, identity('2001-01-01'));
    const { status, said } = check(`${root}scripts/check-infra.mjs`, [`${folder}/wrong`]);
    expect(said).toMatch(/main\.bicep.*Warning no-unused-params.*"colour"/);
    expect(said).toMatch(/other\.bicep.*Warning BCP081/);
    expect(said).toContain('check:infra FAILED: 2 problems');
    expect(status).toBe(1);
  });
});
