import type { Estimate } from '../api/types.js';
import { bytes } from '../format.js';
import { deadLinks, describeEstimate } from './estimate-words.js';
import type { EstimateState } from './use-estimate.js';

/** Shows the estimate before the start. */
export function EstimateLine({ found, fault, busy }: EstimateState) {
  return (
    <div class={`estimate small ${busy ? 'busy' : ''}`} role="status" aria-busy={busy}>
      {found ? (
        <Expected estimate={found} />
      ) : (
        <p class="soft">{busy ? 'Estimating from a few images…' : withoutEstimate(fault)}</p>
      )}
    </div>
  );
}

const withoutEstimate = (fault?: Error) =>
  fault ? `No estimate. ${fault.message}` : 'No estimate: no image could be sampled.';

function Expected({ estimate }: { estimate: Estimate }) {
  const { images_sampled, dead_links, bytes_in, bytes_out } = estimate;
  return (
    <>
      <p>
        <strong>{describeEstimate(estimate)}</strong>
      </p>
      {bytes_in !== null && bytes_out !== null && (
        <p class="soft number">
          {bytes(bytes_in)} <span aria-label="becomes">→</span> {bytes(bytes_out)}
        </p>
      )}
      <p class={dead_links > 0 ? 'warning' : 'soft'}>{deadLinks(dead_links, images_sampled)}</p>
    </>
  );
}
