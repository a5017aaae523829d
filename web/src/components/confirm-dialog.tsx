import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  dialog: RefObject<HTMLDialogElement | null>;
  title: string;
  confirmLabel: string;
  cancelLabel: string;
  onConfirm: () => void;
  children: ComponentChildren;
}

/** Asks for confirmation of an irreversible action. */
export function ConfirmDialog({
  dialog,
  title,
  confirmLabel,
  cancelLabel,
  onConfirm,
  children,
}: Props) {
  const id = useId();
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={(event) => {
        const { returnValue } = event.currentTarget;
        event.currentTarget.returnValue = '';
        if (returnValue === 'yes') onConfirm();
      }}
    >
      <form method="dialog" class="stack">
        <h2 id={id}>{title}</h2>
        <p class="soft">{children}</p>
        <div class="row">
          <button class="button bad" type="submit" value="yes">
            {confirmLabel}
          </button>
          <button class="button quiet" type="submit" value="no" autoFocus>
            {cancelLabel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
