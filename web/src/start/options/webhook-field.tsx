import { useContext } from 'preact/hooks';
import { Refusal, RefusedFieldsContext, useRefusal } from '../check/refused-fields.js';

interface Props {
  value: string;
  onInput: (value: string) => void;
}

/** Webhook URL. The field is open if the API rejected the URL. */
export function WebhookField({ value, onInput }: Props) {
  const isRefused = useContext(RefusedFieldsContext).has('webhook_url');
  const refusal = useRefusal('webhook_url', 'webhook-meaning');
  return (
    <details
      open={isRefused || undefined}
      onToggle={({ currentTarget: { open, lastElementChild } }) =>
        open && lastElementChild?.scrollIntoView({ block: 'nearest' })
      }
    >
      <summary>Notify another system (webhook)</summary>
      <div class="field">
        <label for="webhook">Webhook address</label>
        <input
          id="webhook"
          type="url"
          placeholder="https://shop.example/hooks/pressroom"
          value={value}
          {...refusal}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <Refusal field="webhook_url" />
        <p id="webhook-meaning" class="soft small">
          Pressroom sends a signed message with the link to the CSV when the last image is finished.
        </p>
      </div>
    </details>
  );
}
