import { useEffect, useRef, useState } from 'preact/hooks';
import type { PauseKind } from '../api/types.js';
import { callOperator } from './operator-client.js';

export interface PauseTarget {
  kind: PauseKind;
  name: string;
}

interface Props {
  /** Origin or owner to pause; undefined closes the dialog. The operator enters the name if it is empty. */
  target: PauseTarget | undefined;
  onClose: () => void;
  onPaused: () => void;
}

/** Asks for the target and the reason of a pause. */
export function PauseDialog({ target, onClose, onPaused }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setProblem(undefined);
    if (target) dialog.current?.showModal();
    else dialog.current?.close();
  }, [target]);

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const readText = (name: string) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value.trim() : '';
    };
    try {
      await callOperator('/pauses', {
        method: 'POST',
        body: { kind: readText('kind'), name: readText('name'), reason: readText('reason') },
      });
      onPaused();
      onClose();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="pause-title" onClose={onClose}>
      {target && (
        <form class="stack" onSubmit={(event) => void submit(event)}>
          <h2 id="pause-title">Pause an origin or owner</h2>
          <p class="soft">
            New images from this origin or owner aren't processed until you resume it. Images in
            progress finish normally.
          </p>
          <div class="field">
            <label for="pause-kind">Pause</label>
            <select id="pause-kind" name="kind" defaultValue={target.kind}>
              <option value="origin" selected={target.kind === 'origin'}>
                Origin (a host)
              </option>
              <option value="owner" selected={target.kind === 'owner'}>
                Owner (an API key)
              </option>
            </select>
          </div>
          <div class="field">
            <label for="pause-name">Host or key name</label>
            <input
              id="pause-name"
              name="name"
              type="text"
              maxLength={253}
              defaultValue={target.name}
            />
          </div>
          <div class="field">
            <label for="pause-reason">Reason</label>
            <input
              id="pause-reason"
              name="reason"
              type="text"
              maxLength={200}
              aria-describedby="pause-readers"
            />
            <p id="pause-readers" class="soft small">
              Owners of waiting requests can see the reason.
            </p>
          </div>
          {problem && (
            <p class="notice bad" role="alert">
              {problem}
            </p>
          )}
          <div class="row">
            <button class="button bad" type="submit">
              Pause
            </button>
            <button class="button quiet" type="button" onClick={onClose}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </dialog>
  );
}
