import { useState } from 'preact/hooks';
import { useApi } from '../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { CommentField, PersonField, usePerson } from '../parts/person.tsx';

interface CancelDialogProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function CancelDialog({ id, onClose, onDone }: CancelDialogProps) {
  const api = useApi();
  const person = usePerson();
  const [comment, setComment] = useState('');
  const cancel = async () => {
    await api.post(`deployments/${encodeURIComponent(id)}/cancel`, {
      ...(person.name && { by: person.name }),
      ...(comment.trim() && { comment: comment.trim() }),
    });
    onDone();
  };
  return (
    <Dialog
      title="Cancel this deployment?"
      does="Cancel the deployment"
      isDangerous
      onClose={onClose}
      onConfirm={cancel}
    >
      <p>The running step is finished. What exists after it is kept, and the result lists it.</p>
      <PersonField person={person} isRequired={false} />
      <CommentField value={comment} onValue={setComment} />
    </Dialog>
  );
}
