import { useEffect } from 'preact/hooks';
import { busy } from '../app/pace.ts';
import { usePolled } from '../app/polled.ts';
import { Notice } from '../parts/notice.tsx';
import { Time } from '../parts/time.tsx';

interface Run {
  readonly status: 'Running' | 'Succeeded' | 'Failed';
  readonly stage?: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly gateways?: number;
  readonly repairs?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export function RunProgress({ id, onEnd }: { readonly id: string; readonly onEnd: () => void }) {
  const path = `compliance/runs/${encodeURIComponent(id)}`;
  const { data: run, error } = usePolled<Run>(path, ({ status }) =>
    status === 'Running' ? busy : undefined,
  );
  const status = run?.status;
  useEffect(() => {
    if (status && status !== 'Running') onEnd();
  }, [status]);
  if (error) return <Notice kind="bad" title={error.message} />;
  if (!run) return <Notice kind="plain" title="The check begins…" />;
  if (run.status === 'Failed') return <Notice kind="bad" title={run.error?.message ?? 'The check failed.'} />;
  const titles = {
    Running: `The check runs${run.stage ? `: ${run.stage}` : ''}`,
    Succeeded: 'The check has ended',
  };
  return (
    <Notice kind={run.status === 'Succeeded' ? 'good' : 'plain'} title={titles[run.status]}>
      <p>
        Started <Time at={run.startedAt} />
        {run.gateways !== undefined && `, ${run.gateways} gateways`}
        {run.repairs !== undefined && `, ${run.repairs} repairs`}
      </p>
    </Notice>
  );
}
