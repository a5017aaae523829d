import { ApiError } from '../api/client.js';
import { enterKey } from '../api/key.js';
import { isTemporary } from '../api/retry-until-success.js';
import { retryNow } from '../api/wake.js';

interface Props {
  error: Error | undefined;
  /** Called after a key was entered. */
  onKey?: () => void;
  /** Repeats the failed call when the user asks for it. */
  onRetry?: () => void;
  /** True when the caller repeats the read automatically. */
  retrying?: boolean;
}

/** Shows the message of an error and the next step: enter a key, retry, or wait for the automatic retry. */
export function Fault({ error, onKey, onRetry, retrying = false }: Props) {
  if (!error) return null;
  if (isKeyMissing(error)) return <KeyMissing onKey={onKey} />;
  const retry = retrying ? retryNow : onRetry;
  if (!retry || !isTemporary(error))
    return (
      <p class="notice bad" role="alert">
        {error.message}
      </p>
    );
  return (
    <div class="notice warn row spread" role="alert">
      <p>
        {error.message}
        {retrying && ' Retrying automatically.'}
      </p>
      <button class="button tiny" type="button" onClick={retry}>
        {retrying ? 'Retry now' : 'Try again'}
      </button>
    </div>
  );
}

function KeyMissing({ onKey }: Pick<Props, 'onKey'>) {
  const enter = async () => {
    if (await enterKey()) onKey?.();
  };
  return (
    <div class="notice warn row spread" role="alert">
      <p>
        <strong>Access key required.</strong> This server requires a key.
      </p>
      <button class="button tiny" type="button" onClick={() => void enter()}>
        Enter the key
      </button>
    </div>
  );
}

const isKeyMissing = (error: Error): boolean => error instanceof ApiError && error.status === 401;
