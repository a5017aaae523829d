import type { Estimate } from '../api/types.js';
import { bytes, counted, duration } from '../format.js';
import type { EstimateState } from './use-estimate.js';

/** What to expect, before anything is started. */
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
        <strong>{expectation(estimate)}</strong>
        {bytes_in !== null && bytes_out !== null && (
          <span class="soft number">
            {' '}
            {bytes(bytes_in)} <span aria-label="becomes">→</span> {bytes(bytes_out)}
          </span>
        )}
      </p>
      <p class={dead_links > 0 ? 'warning' : 'soft'}>{deadLinks(dead_links, images_sampled)}</p>
    </>
  );
}

/** “Saves about 61 %, takes about 6 minutes”. */
export function expectation({ bytes_saved_percent, duration_seconds }: Estimate): string {
  const saves =
    bytes_saved_percent === null
      ? undefined
      : bytes_saved_percent > 0
        ? `saves about ${Math.round(bytes_saved_percent)} %`
        : 'saves nothing';
  const takes = duration_seconds === null ? undefined : `takes about ${duration(duration_seconds)}`;
  const text = [saves, takes].filter((part) => part !== undefined).join(', ');
  return text === '' ? 'No estimate' : text[0].toUpperCase() + text.slice(1);
}

export function deadLinks(dead: number, sampled: number): string {
  const links = counted(sampled, 'sampled link');
  if (dead === 0) return sampled === 1 ? 'The sampled link works.' : `All ${links} work.`;
  return `${dead} of ${links} ${dead === 1 ? 'is' : 'are'} dead.`;
}
