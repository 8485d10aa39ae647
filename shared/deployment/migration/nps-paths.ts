import { sameId } from '../../core/resource-id.ts';
import { usesRadius } from '../../gateway/authentication-types.ts';
import { ownPolicy } from '../../nps/network-policy.ts';
import { inCommon } from '../../secret/checks/secret-checks.ts';
import { type MigrationPath, notNeeded, notPossible, type PathFacts } from './path.ts';

const serversOf = ({ gateway }: PathFacts) => gateway.pointToSite?.radiusServers ?? [];

function* withoutRadius({ gateway }: PathFacts) {
  if (!usesRadius(gateway))
    yield notPossible(`${gateway.name} does not authenticate by RADIUS: take the path to-radius first.`);
}

export const secondServer: MigrationPath = {
  name: 'second-server',
  title: 'From one NPS server to two',
  forUsers:
    'The new server is configured and verified before the gateway knows of it. The write of the gateway disconnects who is connected; they can sign in again at once. From then on one server may fail or be restarted.',
  goBack: 'A ticket whose radius.servers name the one server of before takes the other away again.',
  source: 'https://learn.microsoft.com/azure/vpn-gateway/point-to-site-radius-gateway',
  *findings(facts) {
    yield* withoutRadius(facts);
    const servers = serversOf(facts);
    if (servers.length > 1)
      yield notNeeded(
        `${facts.gateway.name} has ${servers.length} RADIUS servers already: ${servers.map(({ address }) => address).join(', ')}.`,
      );
  },
};

export const ownNetworkPolicy: MigrationPath = {
  name: 'own-policy',
  title: 'From a shared network policy to one of its own',
  forUsers:
    'Users notice nothing: NPS gets a policy for this gateway alone, before the shared one. The shared policy and whoever uses it stay as they are.',
  goBack: 'A ticket with nps.networkPolicy, which names the policy of before.',
  source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-np-configure',
  *findings(facts) {
    yield* withoutRadius(facts);
    const { gateway, asked } = facts;
    if (asked?.nps.networkPolicy !== undefined && sameId(asked.nps.networkPolicy, ownPolicy))
      yield notNeeded(`${gateway.name} has a network policy of its own already.`);
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
    'The servers take turns, so that one always lets users in. Each write of the gateway disconnects who is connected; they can sign in again at once.',
  goBack:
    'There is no reason to: the secret of before stays in Key Vault, and a ticket cannot give two servers one secret again.',
  source: 'https://learn.microsoft.com/windows-server/networking/technologies/nps/nps-best-practices',
  *findings(facts) {
    yield* withoutRadius(facts);
    const { gateway, secretNames } = facts;
    if (!secretNames.some(({ secretName }) => inCommon(secretNames, secretName)))
      yield notNeeded(`No two RADIUS servers of ${gateway.name} have a secret in common.`);
  },
};
