import { ApiError } from '../api/client.js';
import { enterKey } from '../api/key.js';
import { isTemporary } from '../api/retry-until-success.js';
import { retryNow } from '../api/resume.js';

interface Props {
  error: Error | undefined;
  /** Called after the user has entered a key. */
  onKeyEntered?: () => void;
  /** Repeats the failed call when the user clicks the button. */
  onRetry?: () => void;
  /** True if the caller repeats the read automatically. */
  isRetrying?: boolean;
}

/** Shows an error message and the next step: enter a key, retry, or wait for the automatic retry. */
export function ErrorNotice({ error, onKeyEntered, onRetry, isRetrying = false }: Props) {
  if (!error) return null;
  if (isKeyRequired(error)) return <KeyRequiredNotice onKeyEntered={onKeyEntered} />;
  const retry = isRetrying ? retryNow : onRetry;
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
        {isRetrying && ' Retrying automatically.'}
      </p>
      <button class="button tiny" type="button" onClick={retry}>
        {isRetrying ? 'Retry now' : 'Try again'}
      </button>
    </div>
  );
}

function KeyRequiredNotice({ onKeyEntered }: Pick<Props, 'onKeyEntered'>) {
  const enter = async () => {
    if (await enterKey()) onKeyEntered?.();
  };
  return (
    <div class="notice warn row spread" role="alert">
      <p>
        <strong>Access key required.</strong> Enter a key to use this server.
      </p>
      <button class="button tiny" type="button" onClick={() => void enter()}>
        Enter the key
      </button>
    </div>
  );
}

const isKeyRequired = (error: Error): boolean => error instanceof ApiError && error.status === 401;
