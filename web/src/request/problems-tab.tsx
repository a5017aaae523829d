import { useState } from 'preact/hooks';
import type { FailureCause, RequestSummary } from '../api/types.js';
import { count, counted } from '../format.js';
import { Fault } from '../parts/fault.js';
import { sourceHref } from './product-card.js';
import { retry, retryWords } from './retry.js';
import { useStatistics } from './use-request.js';
import { isFinal } from './watch.js';

interface Props {
  summary: RequestSummary;
  onMoved: () => void;
}

/** What failed, by cause, in words, and what was cancelled; and the way to try it again. */
export function ProblemsTab({ summary, onMoved }: Props) {
  const { request_id: id, progress } = summary;
  const statistics = useStatistics(summary);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();

  const again = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await retry(id);
      onMoved();
    } catch (error) {
      setFault(error as Error);
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
        <h2 id="unfinished">{headingOf(failed, cancelled)}</h2>
        <button
          class="button primary"
          type="button"
          disabled={busy || !isFinal(summary)}
          title={isFinal(summary) ? undefined : 'Available once the other images have ended'}
          onClick={() => void again()}
        >
          {busy ? 'Starting…' : retryWords(progress)}
        </button>
      </div>
      <Fault error={fault} onKey={() => setFault(undefined)} />
      {cancelled > 0 && (
        <p class="soft">Canceled images can be resumed. Finished images stay as they are.</p>
      )}
      <ul class="causes">
        {statistics?.failures.map((cause) => (
          <li key={cause.code}>
            <Cause cause={cause} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function headingOf(failed: number, cancelled: number): string {
  if (failed === 0) return `${counted(cancelled, 'image')} canceled`;
  const also = cancelled > 0 ? `, ${count(cancelled)} canceled` : '';
  return `${counted(failed, 'image')} failed${also}`;
}

function Cause({ cause }: { cause: FailureCause }) {
  const more = cause.images - cause.examples.length;
  return (
    <details class="sheet cause">
      <summary>
        <span class="count number">{count(cause.images)}</span>
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
            {cause.examples.map(({ row, position, product_name, input_url }) => (
              <tr key={`${row}-${position}`}>
                <td class="number">{row}</td>
                <td>{product_name}</td>
                <td class="breakable">
                  <a href={sourceHref(input_url)} target="_blank" rel="noreferrer">
                    {input_url}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && (
        <p class="soft small">
          and {counted(more, 'more image')}; the errors CSV has them all, ready to be corrected and
          uploaded.
        </p>
      )}
    </details>
  );
}
