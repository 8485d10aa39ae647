import { describe, expect, it } from 'vitest';
import { answerText } from '../../../shared/deployment/answer.ts';

const result = {
  gatewayId:
    '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/vpngw-hub',
  radiusClient: 'vpngw-hub',
  networkPolicy: 'VPN users',
  publicIpAddresses: ['20.1.2.3'],
  changes: ['GatewaySubnet 10.0.255.0/27 created', 'gateway vpngw-hub created'],
};

describe('what a ticket is told', () => {
  it('names the gateway, what NPS holds, and every change on a line of its own', () => {
    const text = answerText({ status: 'Succeeded', result });
    expect(text).toContain('through vpngw-hub');
    expect(text).toContain('RADIUS client on NPS: vpngw-hub. Network policy: VPN users.');
    expect(text.split('\n')).toContain('- gateway vpngw-hub created');
  });

  it('tells what users notice of what was changed, and of a new gateway what they may need', () => {
    const usersNotice = ['The client address pool 172.16.0.0/24 is removed.'];
    expect(answerText({ status: 'Succeeded', result: { ...result, usersNotice } })).toContain(
      'Users notice:\n- The client address pool 172.16.0.0/24 is removed.',
    );
    expect(answerText({ status: 'Succeeded', result })).toContain('Users need a new client profile after');
  });

  it('names the step at which it failed, and none where it failed between two', () => {
    const failure = { code: 'NpsRunTimedOut', message: 'The NPS server did not answer.' };
    expect(answerText({ status: 'Failed', stage: 'nps', failure })).toContain(
      'failed at the step "nps": The',
    );
    expect(answerText({ status: 'Failed', failure })).toContain('The deployment failed: The NPS server');
  });

  it('says so when there was nothing to change', () => {
    expect(answerText({ status: 'Succeeded', result: { ...result, changes: [] } })).toContain(
      'Nothing was changed',
    );
  });

  it('names the step, the reason and its code, lists what is kept, and says what to do', () => {
    const failure = { code: 'NpsRunTimedOut', message: 'The NPS server did not answer.' };
    const text = answerText({ status: 'Failed', stage: 'nps', failure, result });
    expect(text).toContain('at the step "nps": The NPS server did not answer. (NpsRunTimedOut)');
    expect(text).toContain('- GatewaySubnet 10.0.255.0/27 created');
    expect(text).toContain('send the same ticket again');
  });

  it('says that nothing was changed when a deployment failed before it wrote', () => {
    const failure = { code: 'RequestRefused', message: 'The pool overlaps.' };
    expect(answerText({ status: 'Failed', stage: 'plan', failure })).toContain('Nothing was changed.');
  });
});
