import type { PlannedServer } from '../../../shared/deployment/contract.ts';
import type { PlannedNpsChange } from '../../../shared/nps/planned-changes.ts';
import { shortName } from '../../parts/names.ts';

/** A server of a plan, or of a removal, whose servers have no address. */
export type AskedServer = Pick<PlannedServer, 'host' | 'changes' | 'otherRadiusClients'> & {
  readonly address?: string;
};

const felt: Readonly<Record<PlannedNpsChange['scope'], string>> = {
  own: 'only this gateway',
  shared: 'everybody whom the policy applies to',
  server: 'the whole server',
};

/** What is changed on each NPS server, as the server itself told. A server that was not asked is among the steps. */
export function NpsChanges({ servers }: { readonly servers: readonly AskedServer[] }) {
  const asked = servers.filter(({ changes }) => changes !== undefined);
  if (asked.length === 0) return null;
  return (
    <>
      <h3>NPS servers</h3>
      {asked.map((server) => (
        <ServerChanges key={server.host} server={server} />
      ))}
    </>
  );
}

function ServerChanges({ server }: { readonly server: AskedServer }) {
  const { host, address, changes = [], otherRadiusClients = 0 } = server;
  return (
    <div class="nps-server">
      <h4>
        <span title={host}>{shortName(host)}</span> <span class="dim">{address}</span>
      </h4>
      <Others server={server} />
      {changes.length === 0 ? (
        <p>It already has everything as requested. Nothing is changed on it.</p>
      ) : (
        <table>
          <caption class="unseen">What is changed on {shortName(host)}</caption>
          <thead>
            <tr>
              <th scope="col">Changes</th>
              <th scope="col" class="roomy">
                Affects
              </th>
              <th scope="col" class="roomy">
                Restarts NPS
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ id, what, scope, restart, asks }) => (
              <tr key={id}>
                <th scope="row">
                  {what}
                  <p class="note narrow">
                    affects {felt[scope]}
                    {restart && '; restarts NPS'}
                  </p>
                  {asks && <p class="note mind">is made only when somebody approves</p>}
                </th>
                <td class={scope !== 'own' && otherRadiusClients > 0 ? 'roomy mind' : 'roomy'}>
                  {felt[scope]}
                </td>
                <td class="roomy">{restart ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Which other clients the server lets in, and what they notice. */
export function Others({ server }: { readonly server: AskedServer }) {
  const { changes = [], otherRadiusClients: others = 0 } = server;
  if (others === 0) return <p class="dim">No other RADIUS client uses it.</p>;
  const wide = changes.filter(({ scope }) => scope !== 'own').length;
  const restarts = changes.some(({ restart }) => restart);
  return (
    <p class={wide > 0 || restarts ? 'mind' : 'dim'}>
      {others === 1 ? 'One other RADIUS client uses it.' : `${others} other RADIUS clients use it.`}
      {wide > 0 && ` ${wide} of the changes ${wide === 1 ? 'concerns' : 'concern'} them too.`}
      {restarts && ' NPS restarts: for some seconds it answers none of them.'}
    </p>
  );
}
