import type { Estimate } from '../api/types.js';
import { formatBytes } from '../format.js';
import { describeDeadLinks, describeEstimate } from './describe-estimate.js';
import type { EstimateState } from './use-estimate.js';

/** Shows the estimated savings and duration. */
export function EstimateLine({ estimate, error, isBusy }: EstimateState) {
  return (
    <div class={`estimate small ${isBusy ? 'busy' : ''}`} role="status" aria-busy={isBusy}>
      {estimate ? (
        <EstimateDetails estimate={estimate} />
      ) : (
        <p class="soft">
          {isBusy ? 'Estimating from a few images…' : describeMissingEstimate(error)}
        </p>
      )}
    </div>
  );
}

const describeMissingEstimate = (error?: Error) =>
  error
    ? `Estimate not available. ${error.message}`
    : 'Estimate not available because no image could be sampled.';

function EstimateDetails({ estimate }: { estimate: Estimate }) {
  const { images_sampled, dead_links, bytes_in, bytes_out } = estimate;
  return (
    <>
      <p>
        <strong>{describeEstimate(estimate)}</strong>
      </p>
      {bytes_in !== null && bytes_out !== null && (
        <p class="soft number">
          {formatBytes(bytes_in)} <span aria-label="becomes">→</span> {formatBytes(bytes_out)}
        </p>
      )}
      <p class={dead_links > 0 ? 'warning' : 'soft'}>
        {describeDeadLinks(dead_links, images_sampled)}
      </p>
    </>
  );
}
