import { useState } from 'preact/hooks';
import { useApi } from '../../app/context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { CommentField, PersonField, usePerson } from '../../parts/person.tsx';

interface WithdrawDialogProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function WithdrawDialog({ id, onClose, onDone }: WithdrawDialogProps) {
  const api = useApi();
  const person = usePerson();
  const [comment, setComment] = useState('');
  const withdraw = async () => {
    await api.post(`compliance/waivers/${encodeURIComponent(id)}/withdrawal`, {
      ...(person.name && { by: person.name }),
      ...(comment.trim() && { comment: comment.trim() }),
    });
    onDone();
  };
  return (
    <Dialog title="Withdraw this waiver?" does="Withdraw it" onClose={onClose} onConfirm={withdraw}>
      <p>From the next check the finding counts again. The waiver itself can still be read.</p>
      <PersonField person={person} isRequired />
      <CommentField value={comment} onValue={setComment} />
    </Dialog>
  );
}
