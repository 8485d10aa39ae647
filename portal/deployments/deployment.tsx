import { useRoute } from 'preact-iso';
import type { Deployment } from '../../shared/deployment/contract.ts';
import { busy } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { View } from '../app/view.tsx';
import { shortName } from '../parts/names.ts';
import { Status } from '../parts/status.tsx';
import { Actions } from './actions.tsx';
import { Overview } from './overview.tsx';
import { PlanPart } from './plan/plan.tsx';
import { RecordPart } from './record.tsx';
import { ResultPart } from './result.tsx';
import { Stages } from './stages.tsx';

const isEnded = ({ status }: Pick<Deployment, 'status'>) =>
  ['Succeeded', 'Failed', 'Canceled', 'Rejected'].includes(status);

/** After the end, an answer to the ticket may still be under way. */
const paceOfDeployment = (deployment: Deployment) =>
  isEnded(deployment) && deployment.stages.every(({ status }) => status !== 'Running') ? undefined : busy;

export function DeploymentView() {
  const id = useRoute().params.id ?? '';
  const read = usePolled<Deployment>(`deployments/${encodeURIComponent(id)}`, paceOfDeployment);
  const { data } = read;
  return (
    <View
      title={data ? `VPN for ${shortName(data.virtualNetworkId)}` : 'Deployment'}
      aside={data && <Status is={data.status} />}
    >
      <Reading of={read} what="the deployment">
        {(deployment) => (
          <>
            <Overview deployment={deployment} />
            <Actions deployment={deployment} onDone={read.refresh} />
            <Stages deployment={deployment} />
            <PlanPart deployment={deployment} />
            <ResultPart deployment={deployment} />
            <RecordPart deployment={deployment} />
          </>
        )}
      </Reading>
    </View>
  );
}
