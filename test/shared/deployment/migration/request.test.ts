import { describe, expect, it } from 'vitest';
import { migrationRequest } from '../../../../shared/deployment/migration/request.ts';
import { gatewayId } from '../../hub.ts';

const problemsOf = (asked: object) =>
  migrationRequest
    .safeParse({ virtualNetworkGatewayId: gatewayId, ...asked })
    .error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

describe('a migration without what its path needs', () => {
  it.each([
    [{ path: 'second-server' }, 'radius.servers must be given: the path second-server needs radius.servers'],
    [
      { path: 'second-server', radius: {} },
      'radius.servers must be given: the path second-server needs radius.servers',
    ],
    [
      { path: 'without-sstp' },
      'pointToSite.protocols must be given: the path without-sstp needs pointToSite.protocols',
    ],
    [{ path: 'to-entra' }, 'entra must be given: the path to-entra needs entra'],
  ])('%j is refused at the field that is missing', (asked, problem) => {
    expect(problemsOf(asked)).toEqual([problem]);
  });

  it('keeps to its own fields', () => {
    expect(problemsOf({ path: 'own-policy', radius: {} })).toEqual([
      'radius is not used by the path own-policy: leave it out',
    ]);
  });
});
