import { useState } from 'preact/hooks';
import { callApi, getJson } from '../api/client.js';
import type { Delivery, DeliveryList, RequestSummary } from '../api/types.js';
import { formatTime, formatQuantity, formatDateTime } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { usePoll } from '../hooks/use-poll.js';
import { isFinal } from './watch-request.js';

const REFRESH_INTERVAL_MS = 2000;
const BADGES: Record<Delivery['status'], { tone: string; label: string }> = {
  pending: { tone: 'busy', label: 'Next attempt soon' },
  delivering: { tone: 'busy', label: 'Sending' },
  delivered: { tone: 'good', label: 'Delivered' },
  failed: { tone: 'bad', label: 'Failed' },
  disabled: { tone: 'bad', label: 'Rejected' },
};

/** Lists the webhook deliveries of a request and their attempts. */
export function WebhookTab({ summary }: { summary: RequestSummary }) {
  const { request_id: id, webhook_url } = summary;
  const [resendCount, setResendCount] = useState(0);
  const [resendError, setResendError] = useState<Error>();
  const hasEnded = isFinal(summary);
  const { data, error } = usePoll(
    (signal) => getJson<DeliveryList>(`/requests/${id}/deliveries`, signal),
    REFRESH_INTERVAL_MS,
    [id, resendCount],
  );
  const deliveries = data?.deliveries;

  const resend = async (delivery: Delivery) => {
    setResendError(undefined);
    try {
      const path = `/requests/${id}/deliveries/${delivery.id}/resend`;
      const record = { title: 'Resent a webhook', curl: `-X POST {base}${path}` };
      await callApi(path, { method: 'POST', record });
      setResendCount((previous) => previous + 1);
    } catch (error) {
      setResendError(error as Error);
    }
  };

  if (!webhook_url)
    return (
      <p class="empty">
        No webhook is set. For the next upload, enter a webhook URL under “Notify another system
        (webhook)”.
      </p>
    );
  return (
    <section class="stack" aria-labelledby="deliveries">
      <h2 id="deliveries" class="breakable">
        Sent to {webhook_url}
      </h2>
      <ErrorNotice error={resendError} onKeyEntered={() => setResendError(undefined)} />
      {hasEnded && <ErrorNotice error={error} isRetrying />}
      {deliveries?.length === 0 && (
        <p class="empty">
          {hasEnded
            ? 'Pressroom will send the webhook in a moment.'
            : 'Pressroom will send the webhook when the last image is finished.'}
        </p>
      )}
      {deliveries?.map((delivery) => (
        <article key={delivery.id} class="sheet stack">
          <div class="row spread">
            <div class="row">
              <h3>
                <code>{delivery.event_type}</code>
              </h3>
              <span class={`badge ${BADGES[delivery.status].tone}`}>
                {BADGES[delivery.status].label}
              </span>
            </div>
            <button class="button tiny" type="button" onClick={() => void resend(delivery)}>
              Resend
            </button>
          </div>
          <Attempts delivery={delivery} />
        </article>
      ))}
    </section>
  );
}

function Attempts({ delivery }: { delivery: Delivery }) {
  const { attempts, next_attempt_at } = delivery;
  return (
    <>
      <p class="soft small">
        {formatQuantity(attempts.length, 'attempt')}
        {next_attempt_at && `, next attempt at ${formatTime(next_attempt_at)}`}
      </p>
      {attempts.length > 0 && (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Attempts">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Response</th>
                <th scope="col">Duration</th>
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {attempts.map(({ started_at, status_code, duration_ms, error }) => (
                <tr key={started_at}>
                  <td>{formatDateTime(started_at)}</td>
                  <td class="number">{status_code ?? 'none'}</td>
                  <td class="number">{duration_ms} ms</td>
                  <td>{error?.message ?? 'Accepted'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <details>
        <summary class="small">Payload</summary>
        <pre class="payload" tabIndex={0}>
          {JSON.stringify(JSON.parse(delivery.payload), null, 2)}
        </pre>
      </details>
    </>
  );
}
