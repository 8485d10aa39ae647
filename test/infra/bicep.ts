import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Compiler, findBicep, openBicep } from '../../scripts/infra/bicep.mjs';
import { leftOpen } from '../left-open.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The Bicep CLI; undefined when there is none. */
export const bicep: string | undefined = findBicep();
/** Why a test is skipped, for its title. */
export const needsBicep = bicep ? '' : ' (skipped: there is no Bicep CLI on PATH or in BICEP)';

/** The scope of the predicted deployments. */
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

/** Nothing of this machine's environment may get into a prediction. */
const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  AZURE_ENV_NAME: 'vpn-azd',
  AZURE_LOCATION: 'westeurope',
};
let opened: Compiler | undefined;
leftOpen.add(async () => {
  opened?.close();
  opened = undefined;
});

/** One compiler for all tests of a file. */
export function compiler(): Compiler {
  opened ??= openBicep(bicep!, env);
  return opened;
}

/** The template that the compiler makes of a file in `infra`. */
export async function compiled(file: string): Promise<Template> {
  return (await compiler().compile(`${root}infra/${file}`)).template as Template;
}

/**
 * The resources that a deployment with these parameters would make, as the compiler predicts them without Azure.
 * `parameters` is the name of a parameter file in `infra`, or the text of one.
 */
export async function predicted(parameters: string): Promise<readonly Resource[]> {
  const folder = mkdtempSync(`${tmpdir()}/predicted-`);
  try {
    cpSync(`${root}infra`, `${folder}/infra`, { recursive: true });
    cpSync(`${root}host.json`, `${folder}/host.json`);
    const given = parameters.startsWith('using');
    const file = `${folder}/infra/${given ? 'given' : parameters}.bicepparam`;
    if (given) writeFileSync(file, parameters);
    const scope = /^using 'event-subscriptions/.test(parameters)
      ? { resourceGroup: 'rg-vpn' }
      : { location: 'westeurope' };
    return (await compiler().predict(file, { subscriptionId, ...scope })) as Resource[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The template and those of its modules, each with the name of its deployment. */
export function templatesOf(template: Template, name: string): [string, Template][] {
  const inner = Object.entries(template.resources).filter(
    ([, { type }]) => type === 'Microsoft.Resources/deployments',
  );
  return [
    [name, template],
    ...inner.flatMap(([module, { properties }]) => templatesOf(properties.template, `${name}/${module}`)),
  ];
}
