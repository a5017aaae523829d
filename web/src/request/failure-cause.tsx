import type { FailureCause, FailureExample } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';
import { FixLink } from './fix-link.js';

interface Props {
  requestId: string;
  cause: FailureCause;
  /** True while the request is running. Images can be retried only after it has ended. */
  disabled: boolean;
  onRetry: (code: string) => void;
  onRequestChange: () => void;
}

/** Shows the images that failed for one reason. */
export function FailureCauseCard({ requestId, cause, disabled, onRetry, onRequestChange }: Props) {
  const examples: FailureExample[] = cause.examples;
  const hiddenCount = cause.images - examples.length;
  return (
    <details class="sheet cause">
      <summary>
        <span class="count number">{formatCount(cause.images)}</span>
        <span>
          {cause.message} <code class="soft small">{cause.code}</code>
        </span>
      </summary>
      <div class="scroll-x" tabIndex={0} role="region" aria-label="Examples">
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Product</th>
              <th scope="col">Image link</th>
            </tr>
          </thead>
          <tbody>
            {examples.map((example) => (
              <tr key={`${example.row}-${example.position}`}>
                <td class="number">{example.row}</td>
                <td>{example.product_name}</td>
                <td>
                  <FixLink
                    requestId={requestId}
                    example={example}
                    disabled={disabled}
                    onRequestChange={onRequestChange}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row spread">
        <button
          class="button tiny"
          type="button"
          disabled={disabled}
          onClick={() => onRetry(cause.code)}
        >
          {cause.images === 1
            ? 'Retry only this image'
            : `Retry only these ${formatQuantity(cause.images, 'image')}`}
        </button>
        {hiddenCount > 0 && (
          <p class="soft small">
            and {formatQuantity(hiddenCount, 'more image')}. The errors file lists all of them.
          </p>
        )}
      </div>
    </details>
  );
}
