import { useState } from 'preact/hooks';
import { useApi } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';

interface RunDialogProps {
  readonly onClose: () => void;
  readonly onStarted: (id: string) => void;
}

export function RunDialog({ onClose, onStarted }: RunDialogProps) {
  const api = useApi();
  const [repairs, setRepairs] = useState(false);
  const start = async () => {
    const { id } = await api.post<{ id: string }>('compliance/runs', { remediate: repairs });
    onStarted(id);
  };
  return (
    <Dialog
      title="Check every gateway now?"
      does={repairs ? 'Check and repair' : 'Check'}
      onClose={onClose}
      onConfirm={start}
    >
      <p>The check reads Azure and asks the NPS servers. It changes nothing by itself.</p>
      <label class="choice">
        <input
          type="checkbox"
          checked={repairs}
          onChange={(event) => setRepairs(event.currentTarget.checked)}
        />{' '}
        Repair what can be repaired safely
      </label>
      <p class="hint">
        Only for rules that are marked as repaired, only when nobody is disconnected, and within the repair
        window. Each repair is a separate deployment with its own plan.
      </p>
    </Dialog>
  );
}
