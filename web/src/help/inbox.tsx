import { getJson } from '../api/client.js';
import type { ReceivedWebhook, ReceivedWebhooks } from '../api/types.js';
import { formatDateTime } from '../format.js';
import { usePoll } from '../hooks/use-poll.js';

const REFRESH_INTERVAL_MS = 3000;
const SIGNATURE_BADGES: Record<ReceivedWebhook['signature'], { tone: string; label: string }> = {
  valid: { tone: 'good', label: 'Signature valid' },
  invalid: { tone: 'bad', label: 'Signature invalid' },
  unknown: { tone: '', label: 'Signature not verified' },
};

/** Lists the calls to the built-in webhook receiver, newest first. */
export function WebhookInbox() {
  // The Services section shows errors.
  const { data } = usePoll(
    (signal) => getJson<ReceivedWebhooks>('/webhook', signal),
    REFRESH_INTERVAL_MS,
  );
  const webhooks = data?.webhooks;
  return (
    <section class="stack" aria-labelledby="inbox">
      <h2 id="inbox">Webhook inbox</h2>
      <p class="soft">
        Receives webhooks for testing. Enter{' '}
        <code class="breakable">{location.origin}/webhook</code> as the webhook URL of an upload.
        Pressroom calls private addresses only if <code>OUTBOUND_ALLOW</code> allows them.
        {isLoopback() && (
          <>
            {' '}
            For this server, set <code>OUTBOUND_ALLOW=127.0.0.1/32:{location.port || '80'}</code>.
          </>
        )}
      </p>
      {webhooks?.length === 0 && <p class="empty">No webhooks received yet.</p>}
      <ul class="stack">
        {webhooks?.map((webhook) => (
          <li key={`${webhook.received_at} ${webhook.webhook_id}`}>
            <ReceivedWebhookDetails webhook={webhook} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ReceivedWebhookDetails({ webhook }: { webhook: ReceivedWebhook }) {
  const { signature, received_at, body, webhook_id } = webhook;
  const { tone, label } = SIGNATURE_BADGES[signature];
  return (
    <details class="sheet">
      <summary>
        <span class="row">
          <strong>{readEventType(body) ?? 'Webhook'}</strong>
          <span class={`badge ${tone}`}>{label}</span>
          <span class="soft small">{formatDateTime(received_at)}</span>
        </span>
      </summary>
      {webhook_id && <p class="soft small breakable">webhook-id {webhook_id}</p>}
      <pre class="payload" tabIndex={0}>
        {typeof body === 'string' ? body : JSON.stringify(body, null, 2)}
      </pre>
    </details>
  );
}

function readEventType(body: unknown): string | undefined {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  return typeof type === 'string' ? type : undefined;
}

const isLoopback = () => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
