import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actions, gatewayId, hub, nps01, nps02, type Stage, stage } from '../flows/stage/stage.ts';
import { ran } from './terminal.ts';

const key = 'key-of-the-command-line-tests';
const bin = fileURLToPath(new URL('../../cli/vpn-radius.mjs', import.meta.url));

/** One world for all of them: a request is planned, sent, shown, decided on, carried out and checked. */
describe('vpn-radius', () => {
  let story: Stage;
  let folder: string;
  const deployments: Record<string, string> = {};

  beforeAll(async () => {
    story = await stage({ port: 0, functionKey: key });
    folder = mkdtempSync(join(tmpdir(), 'vpn-radius-cli-'));
    for (const [name, changes] of Object.entries({
      plain: {},
      asking: { ticket: story.webhook('REQ-ASKING'), approval: { required: true, timeoutDays: 7 } },
      wrong: { gatewaySubnetPrefix: '10.0.255.1/27', colour: 'red' },
      impossible: { gatewaySubnetPrefix: '10.0.1.0/27' },
    }))
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(story.ticket(changes)));
    writeFileSync(join(folder, 'no.json'), '{"ticket":');
    writeFileSync(join(folder, 'key'), `${key}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string) => join(folder, `${name}.json`);
  const env = () => ({ VPN_RADIUS_URL: story.host.url, VPN_RADIUS_KEY: key });
  const cli = (argv: string[], scene: Parameters<typeof ran>[1] = {}) =>
    ran(argv, {
      env: env(),
      now: () => story.clock.now(),
      // In the world, each wait of the command is ten times as long.
      wait: (milliseconds) => story.host.runFor(milliseconds / 6_000),
      ...scene,
    });
  const planOf = async (id: string) => (await story.call('GET', `deployments/${id}/plan`)).body;

  it('plans what a file asks for, and writes nothing', async () => {
    const { exitCode, stdout, stderr } = await cli(['plan', file('plain')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Removes: nothing\n/);
    expect(stdout).toMatch(/^gatewaySubnet +create +\/subscriptions\/.*GatewaySubnet$/m);
    expect(stdout).toMatch(/^Takes about +\d+ minutes$/m);
    const asJson = await cli(['plan', '-', '--json'], { input: JSON.stringify(story.ticket()) });
    expect(JSON.parse(asJson.stdout).steps).toHaveLength(6);
    expect(story.writes()).toEqual([]);
  });

  it('ends with 1 for a plan with problems, and with 3 for a request that says too much', async () => {
    const impossible = await cli(['plan', file('impossible')]);
    expect(impossible.exitCode).toBe(1);
    expect(impossible.stdout).toMatch(/^Problems, so nothing would be done:\n {2}.*10\.0\.1\.0/m);
    const wrong = await cli(['send', file('wrong')]);
    expect(wrong).toMatchObject({ exitCode: 3, stdout: '' });
    expect(wrong.stderr).toContain('gatewaySubnetPrefix');
    expect(wrong.stderr).toContain('colour');
    const json = await cli(['send', file('wrong'), '--json']);
    expect(JSON.parse(json.stdout).error).toMatchObject({ code: 'InvalidRequest' });
    expect(story.writes()).toEqual([]);
  });

  it('sends a request and watches it until somebody is to decide', async () => {
    const { exitCode, stdout } = await cli(['send', file('asking'), '--watch']);
    expect(exitCode).toBe(6);
    const id = /^Accepted: (vpn-\S+)/.exec(stdout)![1]!;
    deployments.asking = id;
    expect(stdout).toMatch(/^00:\d\d:\d\d {2}✓ plan +To do: create gatewaySubnet/m);
    expect(stdout).toContain(`It waits for an approval until 2030-01-08 00:00 UTC: vpn-radius approve ${id}`);
    // The same request once more is the same deployment.
    expect((await cli(['send', file('asking')])).stdout).toContain(
      `The same request is already running: ${id}`,
    );
  });

  it('finds it by status, ticket and virtual network, as a table, as JSON and as ids', async () => {
    const id = deployments.asking!;
    const table = await cli(['find', '--status', 'AwaitingApproval', '--virtual-network', 'hub']);
    expect(table.exitCode).toBe(0);
    expect(table.stdout.split('\n')[0]).toMatch(
      /^ID +STATUS +% +TICKET +VIRTUAL NETWORK +REQUESTED BY +STARTED$/,
    );
    expect(table.stdout).toMatch(new RegExp(`^${id} +AwaitingApproval +\\d+ +REQ-ASKING +hub `, 'm'));
    const found = await cli(['find', '--ticket', 'REQ-ASKING', '--json']);
    expect(JSON.parse(found.stdout)).toMatchObject({ deployments: [{ id }], isComplete: true });
    expect((await cli(['find', '--ids'])).stdout).toBe(`${id}\n`);
    const none = await cli(['find', '--ticket', 'REQ-NONE']);
    expect(none).toMatchObject({ exitCode: 0, stdout: '', stderr: 'No deployment matches.\n' });
    const wrong = await cli(['find', '--status', 'Sleeping']);
    expect(wrong.exitCode).toBe(3);
    expect(wrong.stderr).toContain('Sleeping is not a status');
  });

  it('shows it by the beginning of its id', async () => {
    const id = deployments.asking!;
    for (const start of [id, id.slice(0, 30), id.slice(4, 12), '2030'])
      expect((await cli(['show', start])).stdout).toMatch(new RegExp(`^Deployment +${id}$`, 'm'));
    expect((await cli(['show', id])).exitCode).toBe(6);
    expect(await cli(['show', '2029'])).toMatchObject({ exitCode: 3, stdout: '' });
    expect(await cli(['show', '../health'])).toMatchObject({ exitCode: 2, stdout: '' });
    expect((await cli(['show', id, '--plan'])).stdout).toMatch(/^Digest +[0-9a-f]{64}$/m);
  });

  it('approves nothing without a person or the digest of the plan', async () => {
    const id = deployments.asking!;
    const nobody = await cli(['approve', id]);
    expect(nobody).toMatchObject({ exitCode: 2, questions: [] });
    expect(nobody.stderr).toContain('--by NAME');
    const yes = await cli(['approve', id, '--by', 'Jonas', '--yes']);
    expect(yes).toMatchObject({ exitCode: 2, stdout: '' });
    const script = await cli(['approve', id, '--by', 'Jonas']);
    expect(script).toMatchObject({ exitCode: 7 });
    expect(script.stderr).toContain('There is no terminal to ask on, so nothing was sent.');
    const other = await cli(['approve', id, '--by', 'Jonas', '--yes', '--digest', '0'.repeat(64)]);
    expect(other).toMatchObject({ exitCode: 3, questions: [] });
    const no = await cli(['approve', id, '--by', 'Jonas'], { answer: 'no' });
    expect(no).toMatchObject({ exitCode: 7, stderr: 'Nothing was sent.\n' });
    expect((await story.deployment(id)).status).toBe('AwaitingApproval');
  });

  it('approves the plan that it has shown, and tells the rest as the demo does', async () => {
    const id = deployments.asking!;
    const approved = await cli(['approve', id, '--by', 'Jonas', '--comment', 'agreed'], { answer: 'yes' });
    expect(approved).toMatchObject({
      exitCode: 0,
      questions: ['Approve this plan of REQ-ASKING? Type yes: '],
    });
    expect(approved.stdout.indexOf('Removes: nothing')).toBeGreaterThan(0);
    expect(approved.stdout.indexOf('Removes: nothing')).toBeLessThan(approved.stdout.indexOf('Approved.'));
    expect(approved.stdout).toContain((await planOf(id)).digest);

    const watched = await cli(['show', id, '--watch']);
    expect(watched.exitCode).toBe(0);
    expect(watched.stdout).toMatch(/✓ approval +Approved by Jonas: agreed$/m);
    expect(watched.stdout).toMatch(/✓ answer +Ticket REQ-ASKING is answered$/m);
    expect(watched.stdout).toMatch(/^Status +Succeeded$/m);
    expect((await cli(['cancel', id, '--yes'])).exitCode).toBe(3);
    expect(await cli(['approve', id, '--by', 'Jonas'])).toMatchObject({ exitCode: 3, questions: [] });
  });

  it('rejects and cancels, each after a question or with --yes', async () => {
    const send = async (name: string) => {
      const ticket = story.ticket({
        ticket: story.webhook(name),
        pointToSite: { addressPool: ['172.16.202.0/24'], protocols: ['IkeV2'] },
        approval: { required: true, timeoutDays: 7 },
      });
      const id = await story.send(ticket);
      await story.until(id, ({ status }) => status === 'AwaitingApproval');
      return id;
    };
    const rejected = await send('REQ-REJECTED');
    // The plan first says what the gateway has and would lose.
    const { digest } = await planOf(rejected);
    const reject = await cli(['reject', rejected, '--by', 'Maria', '--yes', '--digest', digest]);
    expect(reject).toMatchObject({ exitCode: 0, questions: [] });
    expect(reject.stdout).toMatch(/^Removes:\n {2}addressPool of 172\.16\.201\.0\/24: .+\n/m);
    const watched = await cli(['show', rejected, '--watch', '--json']);
    expect(watched.exitCode).toBe(1);
    const last = JSON.parse(watched.stdout.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ outcome: 'Rejected', id: rejected, error: { code: 'Rejected' } });

    const canceled = await send('REQ-CANCELED');
    expect((await cli(['show', '20300101'])).exitCode).toBe(3);
    const cancel = await cli(['cancel', canceled, '--by', 'Maria', '--json', '--watch'], { answer: 'yes' });
    expect(cancel).toMatchObject({ exitCode: 1, questions: ['Cancel it? Type yes: '] });
    const lines = cancel.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ id: canceled });
    expect(lines.at(-1)).toMatchObject({ outcome: 'Canceled' });
    expect(cancel.stderr).toContain('What exists is kept');
  });

  it('plans and sends a migration as any other request', async () => {
    const migration = {
      kind: 'migrate',
      virtualNetworkGatewayId: gatewayId,
      path: 'second-server',
      radius: { servers: [{ address: '10.0.1.5', host: nps02 }] },
    };
    const dry = await cli(['plan', '-'], { input: JSON.stringify(migration) });
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dry.stdout).toMatch(/RADIUS server 10\.0\.1\.5 is missing/);
    // The gateway has an AZ SKU already.
    const notNeeded = {
      ticket: story.webhook('REQ-MIGRATE'),
      ...migration,
      path: 'az-sku',
      radius: undefined,
    };
    const sent = await cli(['send', '-', '--watch'], { input: JSON.stringify(notNeeded) });
    expect(sent.exitCode).toBe(1);
    expect(sent.stdout).toMatch(/^Accepted: vpn-/m);
    expect(sent.stdout).toContain('vpngw-hub already has the SKU VpnGw1AZ.');
  });

  it('shows what a removal would remove, and sends it once somebody has said yes', async () => {
    const sent = async () => (await story.call('GET', 'deployments')).body.deployments.length;
    const before = await sent();
    const writes = story.writes().length;
    const dry = await cli(['remove', gatewayId, '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, stderr: '', questions: [] });
    expect(dry.stdout).toMatch(/^gateway +delete +\/subscriptions\/.*vpngw-hub$/m);
    const json = await cli(['remove', hub, '--keep-gateway', '--dry-run', '--json']);
    const { steps } = JSON.parse(json.stdout) as { steps: { name: string; action: string }[] };
    expect(steps.filter(({ action }) => action === 'delete').map(({ name }) => name)).not.toContain(
      'gateway',
    );
    const nobody = await cli(['remove', gatewayId]);
    expect(nobody).toMatchObject({
      exitCode: 7,
      questions: [expect.stringContaining('vpngw-hub? Type yes: ')],
    });
    expect((await cli(['remove', gatewayId], { answer: 'no' })).exitCode).toBe(7);
    const unknown = await cli(['remove', `${gatewayId}-other`, '--yes']);
    expect(unknown).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('vpngw-hub-other'),
    });
    expect(await sent()).toBe(before);

    const removal = await cli(['remove', gatewayId, '--watch'], { answer: 'yes' });
    expect(removal.exitCode).toBe(6);
    const id = /^Accepted: (vpn-\S+)/m.exec(removal.stdout)![1]!;
    expect(removal.stdout.indexOf('Removes:')).toBeLessThan(removal.stdout.indexOf('Accepted: '));
    expect((await planOf(id)).steps).toContainEqual(
      expect.objectContaining({ name: 'gateway', action: 'delete', target: gatewayId }),
    );
    expect((await cli(['cancel', id, '--by', 'Maria', '--yes', '--watch'])).exitCode).toBe(1);
    expect(
      story
        .writes()
        .slice(writes)
        .filter(({ url }) => !/\/runCommands\//.test(url)),
    ).toEqual([]);
  });

  it('exports what exists as code', async () => {
    const id = deployments.asking!;
    expect((await cli(['export', id])).exitCode).toBe(2);
    expect((await cli(['export', id, '--format', 'pulumi'])).exitCode).toBe(2);
    const code = await cli(['export', id, '--format', 'terraform']);
    expect(code).toMatchObject({ exitCode: 0, stderr: '' });
    expect(code.stdout).toMatch(/^resource "azurerm_virtual_network_gateway" "gateway" \{$/m);
  });

  it('checks compliance now, waits for the report, and ends with 1 where something does not comply', async () => {
    expect((await cli(['compliance', '--watch'])).exitCode).toBe(2);
    const first = await cli(['compliance', '--run', '--watch']);
    expect(first.stderr).toMatch(/… done/);
    story.nps('nps-01').change((state) => {
      state.networkPolicies[0]!.grant = false;
    });
    const run = await cli(['compliance', '--run', '--watch']);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/^nps-01 +nonCompliant +\d+$/m);
    expect(run.stdout).toMatch(/^high +nps-01: .+\n( {8}.+\n)+/m);
    const shown = await story.call('GET', 'compliance/runs/compliance-all');
    expect(run.stdout).toMatch(new RegExp(`^Report +${shown.body.report.id}$`, 'm'));
    expect(run.stdout).toMatch(/^ {8}To do: /m);
    const csv = await cli(['compliance', '--format', 'csv']);
    expect(csv.stdout.split('\n').length).toBeGreaterThan(2);
    const json = JSON.parse((await cli(['compliance', '--json'])).stdout);
    expect(json.npsServers.map(({ id }: { id: string }) => id)).toContain(nps01);
  });

  it('says nothing of the key, whatever happens', async () => {
    const wrongKey = { VPN_RADIUS_URL: story.host.url, VPN_RADIUS_KEY: 'some-other-key' };
    const refused = await cli(['find'], { env: wrongKey });
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' });
    expect(refused.stderr).not.toContain('some-other-key');
    const noKey = await cli(['find'], { env: { VPN_RADIUS_URL: story.host.url } });
    expect(noKey.exitCode).toBe(2);
    const fromFile = await cli(['find', '--ids', '--key-file', join(folder, 'key')], {
      env: { VPN_RADIUS_URL: `${story.host.url}/api/`, VPN_RADIUS_KEY: 'some-other-key' },
    });
    expect(fromFile.exitCode).toBe(0);
    const byToken = await cli(['find', '--ids'], {
      env: { ...env(), VPN_RADIUS_AUDIENCE: 'api://app' },
      token: (audience) => `token-for-${audience}`,
    });
    expect(byToken.exitCode).toBe(0);
    const printed = [refused, noKey, fromFile, byToken].map(({ stdout, stderr }) => stdout + stderr).join();
    expect(printed).not.toMatch(/key-of-the-command-line-tests|token-for/);
  });

  it('is a program of its own', async () => {
    const program = (argv: string[], given: Record<string, string | undefined> = env()) => {
      // As its own process. The host of this process could not answer while it waits, so nothing here asks it.
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ...given },
      });
      return { status, stdout, stderr };
    };
    expect(program(['--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(program(['send', '--help'], {}).stdout).toMatch(/^vpn-radius send FILE \[options\]$/m);
    expect(program(['send'], {}).status).toBe(2);
    expect(program(['plan', file('no')])).toMatchObject({ status: 2, stdout: '' });
    expect(program(['find'], { VPN_RADIUS_URL: 'http://127.0.0.1:9', VPN_RADIUS_KEY: key })).toMatchObject({
      status: 5,
      stdout: '',
    });
  });

  it('ends quietly when whoever reads has enough (vpn-radius --help | head)', async () => {
    const child = spawn(process.execPath, [bin, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    const [status] = await once(child, 'close');
    expect({ status, errors }).toEqual({ status: 141, errors: '' });
  });

  it('has touched nothing but what was approved', () => {
    expect(story.requests('PUT', actions.subnet)).toHaveLength(1);
    expect(story.requests('PUT', actions.gateway)).toHaveLength(1);
  });
});
