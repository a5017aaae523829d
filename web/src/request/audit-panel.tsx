import './audit.css';
import { useState } from 'preact/hooks';
import { downloadFile } from '../api/client.js';
import type { AuditSummary, RequestSummary } from '../api/types.js';
import { formatCount } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { PRESET_NAMES } from '../presets/preset-names.js';
import { isFinal } from './watch-request.js';

interface Props {
  summary: RequestSummary;
  audit: AuditSummary;
}

/** Shows how many images passed the marketplace check, and how many failed it for each reason. */
export function AuditPanel({ summary, audit }: Props) {
  const { preset, scope, passed, failed, reasons } = audit;
  const { progress } = summary;
  const hasEnded = isFinal(summary);
  const name = `${PRESET_NAMES[preset]} check`;
  const uncheckedCount = progress.total - passed - failed;
  return (
    <section class="sheet audit-panel" aria-labelledby="audit-title">
      <div class="row spread">
        <h2 id="audit-title">{name}</h2>
        <span class="soft small">
          {scope === 'sources' ? 'Original images' : 'Compressed images'}
          {!hasEnded && ' so far'}
        </span>
      </div>
      <dl class="audit-counts">
        <div class="passed">
          <dt>Passed</dt>
          <dd class="number">{formatCount(passed)}</dd>
        </div>
        <div class={failed > 0 ? 'wrong' : ''}>
          <dt>Failed</dt>
          <dd class="number">{formatCount(failed)}</dd>
        </div>
        <div>
          <dt>{hasEnded ? 'Not checked' : 'Not checked yet'}</dt>
          <dd class="number">{formatCount(uncheckedCount)}</dd>
        </div>
      </dl>
      {reasons.length > 0 && (
        <table class="audit-reasons">
          <caption class="visually-hidden">Reasons</caption>
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col">Images</th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ code, message, images }) => (
              <tr key={code}>
                <td>{message}</td>
                <td class="number">{formatCount(images)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hasEnded && <DownloadResults id={summary.request_id} column={name} />}
    </section>
  );
}

function DownloadResults({ id, column }: { id: string; column: string }) {
  const [error, setError] = useState<Error>();
  const download = () => {
    setError(undefined);
    downloadFile(id, '?output=append').catch(setError);
  };
  return (
    <div class="row">
      <button class="button" type="button" onClick={download}>
        Download results
      </button>
      <span class="soft small">The column “{column}” lists the reasons for each image.</span>
      <ErrorNotice error={error} onKeyEntered={download} onRetry={download} />
    </div>
  );
}
