import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Azure, createAzure } from '../../simulator/azure/azure.ts';
import { serveHttps } from '../../simulator/azure/wire/https-server.ts';
import type { WireRequest, WireResponse } from '../../simulator/azure/wire/messages.ts';
import { pacedClock } from '../../simulator/clock.ts';
import { bicep } from '../infra/bicep.ts';
import { createGraph } from './graph.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const found = spawnSync('az', ['version', '--output', 'json'], { encoding: 'utf8' });
/** The version of the Azure CLI; undefined when there is none. */
export const cliVersion: string | undefined =
  found.status === 0 ? JSON.parse(found.stdout)['azure-cli'] : undefined;
/** It does not know files of parameters (`.bicepparam`). */
export const isBefore247 = /^2\.([0-3]?\d|4[0-6])\./.test(cliVersion ?? '');
/** Why a test is skipped, for its title. */
export const needsCli = cliVersion ? '' : ' (skipped: the Azure CLI is not installed)';

type Handler = (request: WireRequest) => WireResponse | undefined;

/**
 * The Azure CLI itself, signed in to a simulated Azure as a user would be to a cloud of their own: the cloud is registered
 * by its address, and the sign-in is that of a managed identity. `answers` comes first, for what the simulated Azure does
 * not imitate.
 */
export async function signedInCli() {
  const folder = mkdtempSync(`${tmpdir()}/azure-cli-`);
  const graph = createGraph();
  const azure: Azure = createAzure({ clock: pacedClock(new Date(), 2400) });
  let answers: Handler = () => undefined;
  const server = await serveHttps({
    handle: async (request) =>
      answers(request) ??
      (new URL(request.url).pathname.startsWith('/v1.0/') ? graph.answer(request) : azure.handle(request)),
  });
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AZURE_CONFIG_DIR: `${folder}/.azure`,
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    AZURE_CORE_NO_COLOR: 'true',
    REQUESTS_CA_BUNDLE: server.caFile,
    NODE_EXTRA_CA_CERTS: server.caFile,
    // As on App Service: the first three for older versions of the CLI, the others for newer ones.
    APPSETTING_WEBSITE_SITE_NAME: 'func-installer',
    MSI_ENDPOINT: `${server.origin}/msi/token`,
    MSI_SECRET: azure.world.identityHeader,
    IDENTITY_ENDPOINT: `${server.origin}/msi/token`,
    IDENTITY_HEADER: azure.world.identityHeader,
  };
  if (bicep) {
    // The CLI looks for the Bicep CLI here, and would download it otherwise.
    mkdirSync(`${folder}/.azure/bin`, { recursive: true });
    copyFileSync(bicep, `${folder}/.azure/bin/bicep`);
  }

  async function run(command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        ended[name] += text;
      });
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, ...ended };
  }

  /** What the CLI answers; throws what it says when it refuses. */
  async function az(...args: readonly string[]) {
    const { status, stdout, stderr } = await run('az', args);
    if (status !== 0) throw new Error(`az ${args.join(' ')} ended with ${status}:\n${stderr}`);
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  }

  await az('cloud', 'register', '--name', 'Simulated', '--endpoint-resource-manager', server.origin);
  // What a cloud does not say of itself at this version of its metadata.
  const more = { endpoints: { microsoft_graph_resource_id: server.origin } };
  await az('cloud', 'update', '--name', 'Simulated', '--cloud-config', JSON.stringify(more));
  await az('cloud', 'set', '--name', 'Simulated');
  await az('login', '--identity');

  return {
    az,
    graph,
    /** Is removed at the end. */
    folder,
    /** The simulated Azure behind the address. */
    azure,
    answerFirst(handler: Handler) {
      answers = handler;
    },
    /** Runs a script of this project with the CLI on its path. */
    node: (script: string, args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
      run(process.execPath, [`${root}${script}`, ...args], more),
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
