import { useLocation } from 'preact-iso';
import type { Problem } from '../../shared/core/errors.ts';
import type { DeploymentSummary } from '../../shared/deployment/record/record.ts';
import { busy, quiet } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { Reading } from '../app/reading.tsx';
import { home } from '../app/session.ts';
import { View } from '../app/view.tsx';
import { Pages } from '../parts/pages.tsx';
import { Unreadable } from '../parts/unreadable.tsx';
import { FilterForm } from './filter-form.tsx';
import { type Filters, filtersInAddress, isFiltered, searchOf } from './filters.ts';
import { DeploymentTable } from './table.tsx';

interface Page {
  readonly deployments: readonly DeploymentSummary[];
  readonly continuation?: string;
  readonly problems?: readonly Problem[];
}

/** One page of the list. A refresh reads only what is shown, for any number of deployments. */
export function DeploymentList() {
  const { query, route } = useLocation();
  const filters = filtersInAddress(query);
  const page = usePolled<Page>(`deployments${searchOf(filters)}`, paceOfList);
  const to = (next: Filters) => `${home}${searchOf(next)}`;
  const { continuation, ...newest } = filters;
  return (
    <View title="Deployments">
      <FilterForm filters={filters} onFilters={(next) => route(to(next))} />
      <Reading of={page} what="deployments">
        {({ deployments, continuation: older, problems }) => (
          <>
            <Unreadable of={problems} />
            {deployments.length > 0 ? (
              <DeploymentTable deployments={deployments} />
            ) : (
              <p class="empty">
                {isFiltered(filters) ? (
                  <>
                    No deployment fits these filters. <a href={home}>Show all</a>
                  </>
                ) : continuation ? (
                  'There are no older deployments.'
                ) : (
                  'No deployment yet. One begins with a ticket, with a tag on a virtual network, or with a new request.'
                )}
              </p>
            )}
            <Pages
              isLater={Boolean(continuation)}
              newest={to(newest)}
              older={older && to({ ...newest, continuation: older })}
            />
          </>
        )}
      </Reading>
    </View>
  );
}

const isUnderWay = ({ status }: DeploymentSummary) =>
  ['Pending', 'Running', 'AwaitingApproval'].includes(status);
const paceOfList = ({ deployments }: Page) => (deployments.some(isUnderWay) ? busy : quiet);
