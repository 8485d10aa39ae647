import { describe, expect, it } from 'vitest';
import { npsMachineId } from '../../../../simulator/azure/default-world.ts';
import type { NpsRunOutcome } from '../../../../simulator/nps/host.ts';
import { azureAt, hub } from '../client.ts';

const arcId = `${hub}/Microsoft.HybridCompute/machines/nps-onprem`;
const onVm = `${npsMachineId}/runCommands/radius?api-version=2024-07-01`;
const onArc = `${arcId}/runCommands/radius?api-version=2025-01-13`;
const expanded = `${onVm}&$expand=instanceView`;

const script = (properties: Record<string, unknown> = {}) => ({
  location: 'westeurope',
  properties: {
    source: { script: 'Get-Service IAS' },
    parameters: [{ name: 'Operation', value: 'Set' }],
    protectedParameters: [{ name: 'SharedSecret', value: 'c2VjcmV0' }],
    ...properties,
  },
});

function machines(outcome: Partial<NpsRunOutcome> = {}) {
  const runs: Readonly<Record<string, string>>[] = [];
  const host = {
    run: async ({ parameters }: { parameters: Readonly<Record<string, string>> }) => {
      runs.push(parameters);
      return { exitCode: 0, output: '{"changed":true}', error: '', ...outcome };
    },
  };
  const npsHosts = new Map([npsMachineId, arcId].map((id) => [id.toLowerCase(), host]));
  return { runs, ...azureAt(undefined, { npsHosts }) };
}

describe('a run command on a virtual machine', () => {
  it('runs for six minutes, shows its output when asked for, and never its protected parameters', async () => {
    const { put, get, clock, azure, runs } = machines();
    const accepted = await put(onVm, script());
    expect([accepted.status, accepted.body.properties.provisioningState]).toEqual([201, 'Creating']);
    expect(JSON.stringify(accepted.body)).not.toMatch(/c2VjcmV0|protectedParameters/);
    clock.advance(5 * 60_000);
    expect((await get(expanded)).body.properties).toMatchObject({
      provisioningState: 'Creating',
      instanceView: { executionState: 'Running' },
    });
    expect(runs).toEqual([]);
    clock.advance(60_000);
    const { body } = await get(expanded);
    expect(body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: {
        executionState: 'Succeeded',
        exitCode: 0,
        output: '{"changed":true}',
        startTime: '2027-01-04T08:00:00.000Z',
        endTime: '2027-01-04T08:06:00.000Z',
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/c2VjcmV0|protectedParameters/);
    expect((await get(onVm)).body.properties.instanceView).toBeUndefined();
    expect(runs).toEqual([{ Operation: 'Set', SharedSecret: 'c2VjcmV0' }]);
    expect(JSON.stringify(azure.snapshot())).not.toContain('c2VjcmV0');
    expect((await get(accepted.headers['azure-asyncoperation']!)).body.status).toBe('Succeeded');
  });

  it('keeps the last 4,096 bytes of output, without half a character', async () => {
    const { put, get, done } = machines({ output: `${'é'.repeat(5000)}!` });
    await done(put(onVm, script()));
    const { output } = (await get(expanded)).body.properties.instanceView;
    expect(output).toBe(`${'é'.repeat(2047)}!`);
  });

  it('a script that fails is a command that succeeded, unless it is asked to be a failure', async () => {
    const { put, get, done } = machines({ exitCode: 1, error: 'no such policy' });
    await done(put(onVm, script()));
    expect((await get(expanded)).body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: { executionState: 'Failed', exitCode: 1, error: 'no such policy' },
    });
    await done(put(onVm, script({ treatFailureAsDeploymentFailure: true })));
    expect((await get(expanded)).body.properties.provisioningState).toBe('Failed');
  });

  it('is cut short by its own time limit, and the script with it', async () => {
    const { put, get, clock, runs } = machines();
    await put(onVm, script({ timeoutInSeconds: 120 }));
    clock.advance(120_000);
    expect((await get(expanded)).body.properties.instanceView).toMatchObject({
      executionState: 'TimedOut',
      endTime: '2027-01-04T08:02:00.000Z',
    });
    expect(runs).toEqual([]);
  });

  it('the same name again runs it again, but not while it runs', async () => {
    const { put, done, runs } = machines();
    await put(onVm, script());
    const early = await put(onVm, script());
    expect([early.status, early.body.error.code]).toEqual([409, 'Conflict']);
    expect((await put(onVm.replace('radius', 'other'), script())).status).toBe(201);
    await done(Promise.resolve({ status: 201, headers: {}, body: {} }));
    expect((await done(put(onVm, script()))).status).toBe(200);
    expect(runs).toHaveLength(3);
  });

  it('is refused while the machine is off, and fails without an agent', async () => {
    const { put, get, done, azure, runs } = machines();
    const machine = azure.resource(npsMachineId)!;
    machine.properties.powerState = 'deallocated';
    const off = await put(onVm, script());
    expect([off.status, off.body.error.code]).toEqual([409, 'OperationNotAllowed']);
    machine.properties.powerState = 'running';
    machine.properties.agent = 'Not Ready';
    const accepted = await done(put(onVm, script()));
    expect((await get(accepted.headers['azure-asyncoperation']!)).body).toMatchObject({
      status: 'Failed',
      error: { code: 'VMAgentStatusCommunicationError' },
    });
    expect((await get(expanded)).body.properties.provisioningState).toBe('Failed');
    expect((await put(onVm.replace('nps-01', 'none'), script())).body.error.code).toBe(
      'ParentResourceNotFound',
    );
    expect(runs).toEqual([]);
  });

  it('asynchronous: provisioned when it has started, while the view tells of the run', async () => {
    const { put, get, clock } = machines();
    await put(onVm, script({ asyncExecution: true }));
    clock.advance(10_000);
    expect((await get(expanded)).body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: { executionState: 'Running' },
    });
    clock.advance(6 * 60_000);
    expect((await get(expanded)).body.properties.instanceView.executionState).toBe('Succeeded');
  });

  it('a poll waits for a script that is really still running', async () => {
    const ended: ((outcome: NpsRunOutcome) => void)[] = [];
    const run = () => new Promise<NpsRunOutcome>((resolve) => ended.push(resolve));
    const { put, get, clock } = azureAt(undefined, {
      npsHosts: new Map([[npsMachineId.toLowerCase(), { run }]]),
    });
    await put(onVm, script());
    clock.advance(6 * 60_000);
    const asked = get(expanded);
    ended[0]!({ exitCode: 0, output: 'late', error: '' });
    expect((await asked).body.properties.instanceView.output).toBe('late');
  });

  it('deleted while it runs, it is stopped', async () => {
    const { put, remove, get, done, runs } = machines();
    await put(onVm, script());
    expect((await done(remove(onVm))).status).toBe(202);
    expect([(await get(onVm)).status, runs]).toEqual([404, []]);
  });
});

describe('a run command on an Arc machine', () => {
  it('answers 201 with a status of its own that renews its URL, and the ids in lower case', async () => {
    const { put, get, clock } = machines();
    const accepted = await put(onArc, script());
    expect(accepted.status).toBe(201);
    expect(accepted.body.id).toMatch(/\/machines\/nps-onprem\/runcommands\/radius$/);
    const status = accepted.headers['azure-asyncoperation']!;
    expect((await get(status)).body.status).toBe('Queued');
    clock.advance(60_000);
    const polled = await get(status);
    expect(polled.body.status).toBe('InProgress');
    expect(polled.headers['azure-asyncoperation']).not.toBe(status);
    clock.advance(5 * 60_000);
    expect((await get(polled.headers['azure-asyncoperation']!)).body).toMatchObject({
      status: 'Succeeded',
      properties: { properties: { instanceView: { output: '{"changed":true}' } } },
    });
  });

  it('put again, it stops the first run; disconnected, it takes none', async () => {
    const { put, get, done, azure, runs } = machines();
    const first = await put(onArc, script());
    await done(put(onArc, script()));
    expect(runs).toHaveLength(1);
    expect((await get(first.headers['azure-asyncoperation']!)).body).toMatchObject({
      status: 'Failed',
      error: { code: 'OperationPreempted' },
    });
    azure.resource(arcId)!.properties.status = 'Disconnected';
    expect((await put(onArc, script())).status).toBe(409);
  });
});
