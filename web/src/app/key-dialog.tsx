import { useEffect, useRef, useState } from 'preact/hooks';
import { setKeyPrompt } from '../api/key.js';

/** Prompts for the API key when the API requires one. */
export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const resolvePrompt = useRef<((key: string | null) => void) | undefined>(undefined);
  const [isRejected, setRejected] = useState(false);

  useEffect(() => {
    setKeyPrompt((wasRejected) => {
      setRejected(wasRejected);
      dialog.current?.showModal();
      return new Promise((resolve) => (resolvePrompt.current = resolve));
    });
  }, []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    resolvePrompt.current?.(input.current?.value.trim() || null);
    dialog.current?.close();
  };
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onClose={() => resolvePrompt.current?.(null)}>
      <form class="stack" onSubmit={submit}>
        <h2 id="key-title">Enter your access key</h2>
        <p class="soft">
          This server requires a key from <code>API_KEYS</code>. The page keeps the key until you
          close this tab.
        </p>
        <div class="field">
          <label for="key">API key</label>
          <input
            ref={input}
            id="key"
            name="key"
            type="password"
            autocomplete="off"
            required
            aria-describedby={isRejected ? 'key-rejected' : undefined}
          />
          {isRejected && (
            <p id="key-rejected" class="notice bad" role="alert">
              The key was not accepted. Check that you copied the whole key.
            </p>
          )}
        </div>
        <div class="row">
          <button class="button primary" type="submit">
            Continue
          </button>
          <button class="button quiet" type="button" onClick={() => dialog.current?.close()}>
            Not now
          </button>
        </div>
      </form>
    </dialog>
  );
}
