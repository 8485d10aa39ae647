import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const page = read('docs/dependencies.md');
const { dependencies, devDependencies, overrides } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'overrides',
  Record<string, unknown>
>;

it('docs/dependencies.md says of each package what it is for, and of each override', () => {
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  for (const value of Object.values(overrides)) names.push(...Object.keys(value as object));
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('what it calls written by hand is there', () => {
  const [, rows] = page.split('## Written by hand, and why');
  const paths = [...rows!.matchAll(/`((?:shared|simulator|scripts|bench|cli|portal)\/[\w/.-]+)`/g)].map(
    ([, path]) => path!,
  );
  expect(paths.length).toBeGreaterThan(12);
  expect(paths.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

it('the packages that the app runs with have licences of the kinds it names', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; license?: string }>;
  };
  const licences = Object.entries(packages).flatMap(([path, { dev, license }]) =>
    path && !dev ? [license] : [],
  );
  expect(licences.length).toBeGreaterThan(50);
  for (const licence of licences) expect(licence).toMatch(/^(MIT|Apache-2\.0|BSD-[23]-Clause|ISC|0BSD)$/);
});

it('every package of the bundle is in the list of parts, and comes with the text of its licence', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version?: string; dev?: boolean }>;
  };
  const listed = Object.entries(packages).flatMap(([path, { version, dev }]) =>
    dev ? [] : [`${path.split('node_modules/').at(-1)} ${version}`],
  );
  const parts = read('dist/THIRD-PARTY-LICENSES.txt').split(`\n${'-'.repeat(80)}\n`);
  expect(parts.length).toBeGreaterThan(50);
  const bundled = parts.map((part) => part.trim().split(' (')[0]!);
  expect(bundled.filter((name) => !listed.includes(name))).toEqual([]);
  expect(parts.filter((part) => part.trim().length < 400).map((part) => part.trim())).toEqual([]);
});

it('a release has the list of its parts, and a signed statement of where it comes from', () => {
  const release = read('.github/workflows/release.yml');
  expect(release).toContain('npm sbom --sbom-format cyclonedx --omit dev');
  expect(release).toMatch(
    /attestations: write[\s\S]*actions\/attest@[0-9a-f]{40}[\s\S]*sbom-path: vpn-radius\.sbom\.json/,
  );
  expect(release).toMatch(/gh release create .*vpn-radius\.sbom\.json/);
});

it('no script of a package runs when a user installs', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});

it('what npm ci installs stays within the size it names', () => {
  const script = fileURLToPath(new URL('../../scripts/package/installed-size.mjs', import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const { megabytes, limitMegabytes } = JSON.parse(stdout);
  expect(page).toContain(`under ${limitMegabytes} MB`);
  expect(megabytes).toBeGreaterThan(50);
  expect(status).toBe(0);
});
