import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../app/api.ts';
import { Problems } from './failure.tsx';
import { Notice } from './notice.tsx';

interface DialogProps {
  readonly title: string;
  /** The text of the button that does it. */
  readonly does: string;
  readonly isDangerous?: boolean;
  readonly onClose: () => void;
  /** Resolves when it is done. What it throws is shown, and the dialog stays. */
  readonly onConfirm: () => Promise<void>;
  readonly children: ComponentChildren;
}

/**
 * Asks before something is done. The browser keeps the focus inside, gives it back afterwards, and closes the dialog on
 * Escape.
 */
export function Dialog({ title, does, isDangerous, onClose, onConfirm, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);

  const confirm = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      dialog.current?.close();
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'Failed', 'It could not be done.'));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={confirm}>
        <h2 id={heading}>{title}</h2>
        {children}
        {error && (
          <Notice kind="bad" title={error.message}>
            <Problems of={error.details} />
          </Notice>
        )}
        <p class="actions">
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={isBusy}>
            {does}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Not now
          </button>
        </p>
      </form>
    </dialog>
  );
}
