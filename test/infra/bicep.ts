import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sharedFolder } from '../shared-folder.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const found = ['bicep', process.env.BICEP, sharedFolder && `${sharedFolder}/tools/bicep/bicep`].find(
  (one) => one && spawnSync(one, ['--version'], { stdio: 'ignore' }).status === 0,
);
/** The Bicep CLI; undefined where there is none. */
export const bicep: string | undefined = found;
/** Why a test is skipped, for its title. */
export const needsBicep = bicep ? '' : ' (skipped: there is no Bicep CLI on PATH or in BICEP)';

/** Where the deployments are predicted. */
export const subscriptionId = '11111111-1111-1111-1111-111111111111';

export interface Parameter {
  readonly type?: string;
  readonly defaultValue?: unknown;
  readonly nullable?: boolean;
  readonly metadata?: { readonly description?: string };
}

export interface Resource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly scope?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a resource has whatever its type says
  readonly properties?: any;
  readonly identity?: { readonly type: string };
}

export interface Template {
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly resources: Readonly<Record<string, Resource>> | readonly Resource[];
}

/** A template as the compiler makes it of a file in `infra`. */
export function compiled(file: string): Template {
  return JSON.parse(run(['build', `${root}infra/${file}`, '--stdout'])) as Template;
}

/**
 * The resources that a deployment with these parameters would put there, as the compiler predicts them offline.
 * `parameters` is the name of a parameter file in `infra`, or the text of one.
 */
export function predicted(parameters: string): readonly Resource[] {
  const folder = mkdtempSync(`${tmpdir()}/predicted-`);
  try {
    cpSync(`${root}infra`, `${folder}/infra`, { recursive: true });
    cpSync(`${root}host.json`, `${folder}/host.json`);
    const given = parameters.startsWith('using');
    const file = `${folder}/infra/${given ? 'given' : parameters}.bicepparam`;
    if (given) writeFileSync(file, parameters);
    const group = /^using 'event-subscriptions/.test(parameters)
      ? ['--resource-group', 'rg-vpn']
      : ['--location', 'westeurope'];
    run(['snapshot', file, '--mode', 'overwrite', '--subscription-id', subscriptionId, ...group]);
    const text = readFileSync(file.replace('.bicepparam', '.snapshot.json'), 'utf8');
    return (JSON.parse(text) as { predictedResources: Resource[] }).predictedResources;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Parameter files read what azd sets; nothing of this machine's environment may stand in a prediction. */
const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  AZURE_ENV_NAME: 'vpn-azd',
  AZURE_LOCATION: 'westeurope',
};

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(bicep!, args, { encoding: 'utf8', env, maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`bicep ${args[0]}: ${stderr}`);
  return stdout;
}

/** The template and those of its modules, each with the name it is deployed under. */
export function templatesOf(template: Template, name: string): [string, Template][] {
  const inner = Object.entries(template.resources).filter(
    ([, { type }]) => type === 'Microsoft.Resources/deployments',
  );
  return [
    [name, template],
    ...inner.flatMap(([module, { properties }]) => templatesOf(properties.template, `${name}/${module}`)),
  ];
}
