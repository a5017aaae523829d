import { ApiError } from '../api/client.js';
import { enterKey } from '../api/key.js';

interface Props {
  error: Error | undefined;
  /** A key was given: what failed can be tried again. */
  onKey?: () => void;
}

/** What went wrong, in the API's words; a key that is missing can be entered on the spot. */
export function Fault({ error, onKey }: Props) {
  if (!error) return null;
  if (!isKeyMissing(error))
    return (
      <p class="notice bad" role="alert">
        {error.message}
      </p>
    );
  const enter = async () => {
    if (await enterKey()) onKey?.();
  };
  return (
    <div class="notice warn row spread" role="alert">
      <p>
        <strong>A key is needed.</strong> This server answers only those who have one.
      </p>
      <button class="button tiny" type="button" onClick={() => void enter()}>
        Enter the key
      </button>
    </div>
  );
}

export const isKeyMissing = (error: Error): boolean =>
  error instanceof ApiError && error.status === 401;
