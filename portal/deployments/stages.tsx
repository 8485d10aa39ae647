import type { Deployment, Stage, StageName } from '../../shared/deployment/contract.ts';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { durationText, instantText } from '../parts/times.ts';

const titles: Readonly<Record<StageName, string>> = {
  plan: 'Plan',
  approval: 'Approval',
  gatewaySubnet: 'GatewaySubnet',
  publicIp: 'Public IP address',
  radiusSecret: 'RADIUS secret',
  gateway: 'VPN gateway',
  nps: 'NPS servers',
  pointToSite: 'Point-to-site',
  verify: 'Verification',
  goAhead: 'Approval: users have moved',
  lastPart: 'The old way is removed',
  answer: 'Answer to the ticket',
};

export const stageTitle = (name: StageName): string => titles[name] ?? name;

/** The stages in their order, each with what it waits for. */
export function Stages({ deployment: { stages, endedAt } }: { readonly deployment: Deployment }) {
  return (
    <section aria-labelledby="stages">
      <h2 id="stages">Stages</h2>
      <ol class="timeline">
        {stages.map((stage) => (
          <StageItem key={stage.name} stage={stage} isOver={endedAt !== null} />
        ))}
      </ol>
    </section>
  );
}

interface StageItemProps {
  readonly stage: Stage;
  /** Whether the deployment has ended: a stage that has not started by then never begins. */
  readonly isOver: boolean;
}

function StageItem({ stage, isOver }: StageItemProps) {
  const { name, status, startedAt, endedAt, detail, attempt, lastError, waitingSince, nextTryAt } = stage;
  return (
    <li class={`stage ${status.toLowerCase()}`} data-stage={name}>
      <h3>{stageTitle(name)}</h3>
      <Status is={isOver && status === 'Pending' ? 'NotReached' : status} />
      {startedAt && (
        <p class="when">
          <Time at={startedAt} />
          {endedAt && (
            <>
              {instantText(startedAt) !== instantText(endedAt) && (
                <>
                  {' to '}
                  <Time at={endedAt} />
                </>
              )}{' '}
              <span class="dim">({durationText(startedAt, endedAt)})</span>
            </>
          )}
        </p>
      )}
      {/* While it waits, the detail repeats what is shown below, in UTC. */}
      {detail && !nextTryAt && <p class="detail">{detail}</p>}
      {(attempt !== undefined || lastError) && (
        <div class="attempts">
          {attempt !== undefined && <p>Attempt {attempt}</p>}
          {lastError && (
            <p>
              Last error: {lastError.message} <span class="dim">({lastError.code})</span>
              {lastError.correlationId && (
                <span class="id dim"> correlation id {lastError.correlationId}</span>
              )}
            </p>
          )}
          {waitingSince && (
            <p>
              Waits since <Time at={waitingSince} />
            </p>
          )}
          {nextTryAt && (
            <p>
              Next try <Time at={nextTryAt} />
            </p>
          )}
        </div>
      )}
    </li>
  );
}
