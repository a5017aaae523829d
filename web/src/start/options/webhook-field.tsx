import { useContext } from 'preact/hooks';
import { FieldError, FieldErrorsContext, useFieldError } from '../check/field-errors.js';

interface Props {
  value: string;
  onInput: (value: string) => void;
}

/** Shows the field for the webhook URL. Expands it if the API rejected the URL. */
export function WebhookField({ value, onInput }: Props) {
  const isRejected = useContext(FieldErrorsContext).has('webhook_url');
  const errorAttributes = useFieldError('webhook_url', 'webhook-help');
  return (
    <details
      open={isRejected || undefined}
      onToggle={({ currentTarget: { open, lastElementChild } }) =>
        open && lastElementChild?.scrollIntoView({ block: 'nearest' })
      }
    >
      <summary>Notify another system (webhook)</summary>
      <div class="field">
        <label for="webhook">Webhook URL</label>
        <input
          id="webhook"
          type="url"
          placeholder="https://shop.example/hooks/pressroom"
          value={value}
          {...errorAttributes}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <FieldError field="webhook_url" />
        <p id="webhook-help" class="soft small">
          When the last image is finished, Pressroom sends a signed message with a link to the CSV
          file.
        </p>
      </div>
    </details>
  );
}
