import { sameId } from '../../core/resource-id.ts';
import { usesRadius } from '../../gateway/authentication-types.ts';
import { ownPolicy } from '../../nps/network-policy.ts';
import { sharedSecretSentence } from '../../secret/checks/secret-checks.ts';
import { type MigrationPath, notNeeded, notPossible, type PathFacts } from './path.ts';

const heldRadiusServers = ({ gateway }: PathFacts) => gateway.pointToSite?.radiusServers ?? [];

function* needsRadius({ gateway }: PathFacts) {
  if (!usesRadius(gateway))
    yield notPossible(`${gateway.name} does not authenticate by RADIUS. Use the path to-radius first.`);
}

export const secondServer: MigrationPath = {
  name: 'second-server',
  title: 'From one NPS server to two',
  forUsers:
    'The new server is configured and verified before the gateway uses it. The write of the gateway disconnects connected users. They can sign in again at once. After this, one of the servers may fail or restart, and users can still sign in.',
  goBack:
    'Send a ticket whose radius.servers name only the earlier server. It removes the other server again.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
  *findings(facts) {
    yield* needsRadius(facts);
    const servers = heldRadiusServers(facts);
    if (servers.length > 1)
      yield notNeeded(
        `${facts.gateway.name} already has ${servers.length} RADIUS servers: ${servers.map(({ address }) => address).join(', ')}.`,
      );
  },
};

export const ownNetworkPolicy: MigrationPath = {
  name: 'own-policy',
  title: 'From a shared network policy to a separate one',
  forUsers:
    'Users notice nothing. NPS gets a policy for only this gateway, which is before the shared policy. The shared policy and its other users do not change.',
  goBack: 'Send a ticket whose nps.networkPolicy names the earlier policy.',
  source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-np-configure',
  *findings(facts) {
    yield* needsRadius(facts);
    const { gateway, asked } = facts;
    if (asked?.nps.networkPolicy !== undefined && sameId(asked.nps.networkPolicy, ownPolicy))
      yield notNeeded(`${gateway.name} already has its own network policy.`);
  },
};

/**
 * This path is a rotation: each server gets a new version of its own secret, one server after the other, so that one of
 * them always agrees with the gateway.
 */
export const ownSecrets: MigrationPath = {
  name: 'own-secrets',
  title: 'From one shared secret to one for each server',
  forUsers:
    'The servers get their new secrets one after the other, so that one of them can always answer. Each write of the gateway disconnects connected users. They can sign in again at once.',
  goBack:
    'You do not need to go back: the earlier secret stays in Key Vault, and a ticket cannot give two servers one secret again.',
  source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-best-practices',
  *findings(facts) {
    yield* needsRadius(facts);
    const { gateway, secretNames } = facts;
    if (!secretNames.some(({ secretName }) => sharedSecretSentence(secretNames, secretName)))
      yield notNeeded(`No two RADIUS servers of ${gateway.name} share a secret.`);
  },
};
