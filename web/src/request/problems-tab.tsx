import { useState } from 'preact/hooks';
import type { RequestSummary } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { CorrectionsUpload } from './corrections-upload.js';
import { FailureCauseCard } from './failure-cause.js';
import { retry, retryLabel } from './retry.js';
import { useStatistics } from './use-request.js';
import { isFinal } from './watch.js';

interface Props {
  summary: RequestSummary;
  onMoved: () => void;
}

/** Lists failed images by cause and canceled images, with their fixes and retries. */
export function ProblemsTab({ summary, onMoved }: Props) {
  const { request_id: id, progress } = summary;
  const statistics = useStatistics(summary);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();

  const retryCause = async (code?: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await retry(id, code);
      onMoved();
    } catch (error) {
      setError(error as Error);
    }
    setBusy(false);
  };

  const { failed, cancelled } = progress;
  if (failed === 0 && cancelled === 0)
    return (
      <p class="empty">{isFinal(summary) ? 'Nothing failed.' : 'Nothing has failed so far.'}</p>
    );
  return (
    <section class="stack" aria-labelledby="unfinished">
      <div class="row spread">
        <h2 id="unfinished">{describeProblems(failed, cancelled)}</h2>
        <button
          class="button primary"
          type="button"
          disabled={busy || !isFinal(summary)}
          title={isFinal(summary) ? undefined : 'Available once the other images have ended'}
          onClick={() => void retryCause()}
        >
          {busy ? 'Starting…' : retryLabel(progress)}
        </button>
      </div>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
      {cancelled > 0 && (
        <p class="soft">Canceled images can be resumed. Finished images stay as they are.</p>
      )}
      <ul class="causes">
        {statistics?.failures.map((cause) => (
          <li key={cause.code}>
            <FailureCauseCard
              requestId={id}
              cause={cause}
              disabled={busy || !isFinal(summary)}
              onRetry={(code) => void retryCause(code)}
              onMoved={onMoved}
            />
          </li>
        ))}
      </ul>
      {failed > 0 && (
        <CorrectionsUpload requestId={id} disabled={!isFinal(summary)} onMoved={onMoved} />
      )}
    </section>
  );
}

function describeProblems(failed: number, cancelled: number): string {
  if (failed === 0) return `${formatQuantity(cancelled, 'image')} canceled`;
  const also = cancelled > 0 ? `, ${formatCount(cancelled)} canceled` : '';
  return `${formatQuantity(failed, 'image')} failed${also}`;
}
