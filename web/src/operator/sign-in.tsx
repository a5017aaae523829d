import { useRef, useState } from 'preact/hooks';
import { callOperator, isAuthError } from './operator-client.js';

/** Asks for an admin key and exchanges it for a session. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const key = input.current?.value.trim() ?? '';
    try {
      await callOperator('/session', { method: 'POST', key });
      onSignedIn();
    } catch (error) {
      setProblem(
        isAuthError(error as Error)
          ? 'The key was not accepted. Enter a key from ADMIN_API_KEY.'
          : (error as Error).message,
      );
    }
  };
  return (
    <form class="sheet stack sign-in" onSubmit={(event) => void submit(event)}>
      <h2>Sign in</h2>
      <p class="soft">
        This page needs an admin key from <code>ADMIN_API_KEY</code>. The session ends after eight
        hours.
      </p>
      <div class="field">
        <label for="admin-key">Admin key</label>
        <input
          ref={input}
          id="admin-key"
          name="admin-key"
          type="password"
          autocomplete="off"
          required
          aria-describedby={problem ? 'admin-key-problem' : undefined}
        />
        {problem && (
          <p id="admin-key-problem" class="notice bad" role="alert">
            {problem}
          </p>
        )}
      </div>
      <div>
        <button class="button primary" type="submit">
          Sign in
        </button>
      </div>
    </form>
  );
}
