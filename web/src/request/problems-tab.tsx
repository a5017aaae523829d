import { useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { CorrectionsUpload } from './corrections-upload.js';
import { FailureCauseCard } from './failure-cause.js';
import { getRetryLabel, retryImages } from './retry-images.js';
import { useStatistics } from './use-request.js';
import { isFinal } from './watch-request.js';

interface Props {
  summary: RequestSummary;
  onRequestChange: () => void;
}

/** Lists failed images by cause, and shows the number of canceled images. Offers corrections and retries. */
export function ProblemsTab({ summary, onRequestChange }: Props) {
  const { request_id: id, progress } = summary;
  const statistics = useStatistics(summary);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const handleRetry = async (code?: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await retryImages(id, code);
      onRequestChange();
    } catch (error) {
      setError(error as Error);
    }
    setBusy(false);
  };

  const { failed, cancelled } = progress;
  if (failed === 0 && cancelled === 0)
    return (
      <p class="empty">
        {isFinal(summary) ? 'No images failed.' : 'No images have failed so far.'}
      </p>
    );
  return (
    <section class="stack" aria-labelledby="unfinished">
      <div class="row spread">
        <h2 id="unfinished">{describeProblems(failed, cancelled)}</h2>
        <button
          class="button primary"
          type="button"
          disabled={isBusy || !isFinal(summary)}
          title={isFinal(summary) ? undefined : 'Available once the other images have finished'}
          onClick={() => void handleRetry()}
        >
          {isBusy ? 'Starting…' : getRetryLabel(progress)}
        </button>
      </div>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
      {cancelled > 0 && (
        <p class="soft">You can resume canceled images. Finished images don't change.</p>
      )}
      <ul class="causes">
        {statistics?.failures.map((cause) => (
          <li key={cause.code}>
            <FailureCauseCard
              requestId={id}
              cause={cause}
              disabled={isBusy || !isFinal(summary)}
              onRetry={(code) => void handleRetry(code)}
              onRequestChange={onRequestChange}
            />
          </li>
        ))}
      </ul>
      {failed > 0 && (
        <CorrectionsUpload
          requestId={id}
          disabled={!isFinal(summary)}
          onRequestChange={onRequestChange}
        />
      )}
    </section>
  );
}

function describeProblems(failed: number, cancelled: number): string {
  if (failed === 0) return `${formatQuantity(cancelled, 'image')} canceled`;
  const canceledPart = cancelled > 0 ? `, ${formatCount(cancelled)} canceled` : '';
  return `${formatQuantity(failed, 'image')} failed${canceledPart}`;
}
