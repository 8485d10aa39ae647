import { useLocation } from 'preact-iso';
import type { CheckedGateway, ComplianceReport } from '../../shared/compliance/report/report.ts';
import { type GateSeen, signInPath } from '../../shared/compliance/sign-in-path.ts';
import { RemoveButton } from '../deployments/remove.tsx';
import { RotateButton } from '../deployments/rotate.tsx';
import { shortName } from '../parts/names.ts';
import { Status } from '../parts/status.tsx';

const most = 20;

/**
 * For each gateway: the gates that a sign-in has to pass, and the first gate that refuses. Gateways that refuse come
 * first.
 */
export function SignInPaths({ report }: { readonly report: ComplianceReport }) {
  const { query } = useLocation();
  const wanted = query.gateway?.toLowerCase();
  const paths = report.gateways
    .filter(({ id }) => !wanted || id.toLowerCase() === wanted)
    .map((gateway) => ({ gateway, path: signInPath(gateway, report) }))
    .sort(
      (one, other) => Number(other.path.refusedAt !== undefined) - Number(one.path.refusedAt !== undefined),
    );
  if (paths.length === 0) return null;
  return (
    <section aria-labelledby="paths">
      <h2 id="paths">Ways to sign in</h2>
      {paths.slice(0, most).map(({ gateway, path: { gates, refusedAt } }) => (
        <details
          key={gateway.id}
          class="path"
          open={wanted !== undefined || (refusedAt !== undefined && paths.length <= 3)}
        >
          <summary>
            <b>{gateway.name}</b> <Status is={gateway.status} />{' '}
            <span class={refusedAt === undefined ? 'dim' : 'bad'}>{verdictOf(gates, refusedAt)}</span>
          </summary>
          <Gates gates={gates} refusedAt={refusedAt} gateway={gateway} />
        </details>
      ))}
      {paths.length > most && (
        <p class="note">{paths.length - most} more; choose a gateway in the inventory.</p>
      )}
    </section>
  );
}

function verdictOf(gates: readonly GateSeen[], refusedAt: number | undefined): string {
  if (refusedAt !== undefined) return `refused at: ${gates[refusedAt]!.title}`;
  const open = gates.filter(({ is }) => is === 'unknown').length;
  return open > 0 ? `no gate that could be checked refuses; ${open} gates are unknown` : 'no gate refuses';
}

interface GatesProps {
  readonly gates: readonly GateSeen[];
  readonly refusedAt: number | undefined;
  readonly gateway: CheckedGateway;
}

const words = {
  passes: ['✓', 'good', 'passes'],
  refuses: ['✗', 'bad', 'refuses'],
  unknown: ['?', 'mind', 'unknown'],
} as const;

function Gates({ gates, refusedAt, gateway }: GatesProps) {
  return (
    <>
      <ol class="gates">
        {gates.map(({ title, is, findings, unchecked }, index) => {
          const [mark, kind, word] = words[is];
          return (
            <li key={title} class={index === refusedAt ? 'first-refusal' : ''}>
              <span class={`status ${kind}`}>
                <span aria-hidden="true">{mark}</span> {word}
              </span>{' '}
              {title}
              {index === refusedAt && <b> (a sign-in ends here)</b>}
              {findings.length + unchecked.length > 0 && (
                <ul>
                  {findings.map(({ id, severity, evidence, target }) => (
                    <li key={id}>
                      {severity}: {evidence.join(' ')} <span class="dim">{shortName(target)}</span>
                    </li>
                  ))}
                  {unchecked.map(({ target, reason }) => (
                    <li key={target + reason}>
                      not checked: {reason} <span class="dim">{shortName(target)}</span>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
      {gateway.deployed && (
        <p class="actions">
          <RotateButton gatewayId={gateway.id} />
          <RemoveButton gatewayId={gateway.id} />
        </p>
      )}
      {gateway.npsServers.length > 1 && (
        <p class="note">
          A gateway asks its {gateway.npsServers.length} servers one after the other. A sign-in may still
          succeed through a server that has no finding.
        </p>
      )}
    </>
  );
}
