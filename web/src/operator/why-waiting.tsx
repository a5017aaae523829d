import { useState } from 'preact/hooks';
import { getRequestPath } from '../app/router.js';
import type { WaitingExplanation } from '../api/types.js';
import { formatQuantity } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { formatOwnerName, getOperatorJson } from './operator-client.js';

/** Explains why a request is waiting. */
export function WhyWaiting() {
  const [id, setId] = useState('');
  const [explanation, setExplanation] = useState<WaitingExplanation>();
  const [error, setError] = useState<Error>();

  const explainWaiting = async (event: SubmitEvent) => {
    event.preventDefault();
    setExplanation(undefined);
    setError(undefined);
    try {
      setExplanation(
        await getOperatorJson<WaitingExplanation>(
          `/requests/${encodeURIComponent(id.trim())}/waiting`,
        ),
      );
    } catch (error) {
      setError(error as Error);
    }
  };
  return (
    <section class="stack" aria-labelledby="why-waiting">
      <h2 id="why-waiting">Why is this request waiting?</h2>
      <form class="row why-waiting" onSubmit={(event) => void explainWaiting(event)}>
        <label class="unseen" for="waiting-id">
          Request ID
        </label>
        <input
          id="waiting-id"
          type="text"
          required
          placeholder="Request ID"
          value={id}
          onInput={(event) => setId(event.currentTarget.value)}
        />
        <button class="button" type="submit">
          Show reasons
        </button>
      </form>
      <ErrorNotice error={error} />
      <div role="status">
        {explanation && (
          <div class="sheet stack">
            <p>
              <a href={getRequestPath(explanation.request_id)}>Request</a> from{' '}
              {formatOwnerName(explanation.owner)}: {explanation.status},{' '}
              {formatQuantity(explanation.open_images, 'unfinished image')}
            </p>
            <ul class="reasons">
              {explanation.reasons.map(({ code, message }) => (
                <li key={message} data-code={code} class="breakable">
                  {message}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
