import type { MigrationPathName } from '../contract.ts';
import { azSku, standardPublicIp } from './gateway-paths.ts';
import { ownNetworkPolicy, ownSecrets, secondServer } from './nps-paths.ts';
import type { MigrationPath } from './path.ts';
import { toEntra, toRadius, withoutSstp } from './sign-in-paths.ts';

/**
 * Every path that a gateway can follow. The checks of compliance name them (`migration`), `docs/migrations.md`
 * describes them.
 */
export const migrationPaths: readonly MigrationPath[] = [
  azSku,
  standardPublicIp,
  withoutSstp,
  toRadius,
  secondServer,
  ownNetworkPolicy,
  ownSecrets,
  toEntra,
];

export const pathOf = (name: MigrationPathName): MigrationPath =>
  migrationPaths.find((path) => path.name === name)!;
