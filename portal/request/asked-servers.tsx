import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../shared/core/errors.ts';
import { ApiError } from '../app/api.ts';
import { useApi } from '../app/context.ts';
import { busy } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { type AskedServer, NpsChanges } from '../deployments/plan/nps-changes.tsx';
import { Problems } from '../parts/failure.tsx';
import { Notice } from '../parts/notice.tsx';

interface NpsPreview {
  readonly status: 'Running' | 'Succeeded' | 'Failed';
  readonly servers?: readonly AskedServer[];
  readonly problems?: readonly Problem[];
  readonly error?: Problem;
}

type Request = Readonly<Record<string, unknown>>;

/** What would be changed on the NPS servers. They are asked only on demand, because that takes a minute. */
export function AskedServers({ request }: { readonly request: Request }) {
  const api = useApi();
  const [id, setId] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const text = JSON.stringify(request);
  // What was told of another request is no answer to this one.
  useEffect(() => {
    setId(undefined);
    setFailure(undefined);
  }, [text]);
  const read = usePolled<NpsPreview>(id && `plans/${encodeURIComponent(id)}`, ({ status }) =>
    status === 'Running' ? busy : undefined,
  );
  if (Object.keys(request.nps as object).length > 0)
    return (
      <p class="note">
        When the request says something about NPS, its servers are asked after it is sent. The plan that waits
        for an approval shows what they answered.
      </p>
    );
  const ask = async () => {
    setFailure(undefined);
    try {
      setId((await api.post<{ id: string }>('deployments/plan', { ...request, nps: 'preview' })).id);
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : 'They could not be asked.');
    }
  };
  const told = failure ?? read.error?.message ?? read.data?.error?.message;
  const { problems = [], servers = [] } = read.data ?? {};
  return (
    <>
      {told && <Notice kind="bad" title={told} />}
      {id && !told && (!read.data || read.data.status === 'Running') ? (
        <p role="status">The app asks the NPS servers. This takes about a minute…</p>
      ) : (
        (!id || told) && (
          <p class="actions">
            <button type="button" onClick={ask}>
              Ask the NPS servers
            </button>
            <span class="note">Each runs a test, which changes nothing.</span>
          </p>
        )
      )}
      {problems.length > 0 && (
        <Notice kind="bad" title="Problems">
          <Problems of={problems} />
        </Notice>
      )}
      <NpsChanges servers={servers} />
    </>
  );
}
