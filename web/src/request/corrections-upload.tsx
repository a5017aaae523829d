import { useRef, useState } from 'preact/hooks';
import { downloadFile } from '../api/client.js';
import type { CorrectionResult } from '../api/types.js';
import { formatCount, formatQuantity } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { uploadCorrections } from './corrections.js';

interface Props {
  requestId: string;
  disabled: boolean;
  onRequestChange: () => void;
}

/** Lets the user upload an errors file that was corrected in a spreadsheet. */
export function CorrectionsUpload({ requestId, disabled, onRequestChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState<CorrectionResult>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const runAction = async (action: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    await action().catch(setError);
    setBusy(false);
  };
  const sendFile = async (file: File) => {
    setResult(undefined);
    const response = await uploadCorrections(requestId, file);
    setResult(response);
    if (response.corrected > 0) onRequestChange();
  };
  return (
    <details class="sheet corrections">
      <summary>Fix many links in a spreadsheet</summary>
      <div class="stack">
        <ol class="steps">
          <li>Download the errors file. It contains the rows with failed images.</li>
          <li>Replace the links in the image columns and save the file.</li>
          <li>
            Upload it here. Pressroom compresses the corrected images and adds them to the same
            catalog.
          </li>
        </ol>
        <div class="row">
          <button
            class="button"
            type="button"
            disabled={disabled || isBusy}
            onClick={() => void runAction(() => downloadFile(requestId, '/errors'))}
          >
            Download errors file
          </button>
          <button
            class="button"
            type="button"
            disabled={disabled || isBusy}
            onClick={() => input.current?.click()}
          >
            {isBusy ? 'Uploading…' : 'Upload corrected file'}
          </button>
          <input
            ref={input}
            class="visually-hidden"
            type="file"
            accept=".csv,.tsv,.txt,.xlsx"
            aria-label="Corrected errors file"
            tabIndex={-1}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              if (file) void runAction(() => sendFile(file));
            }}
          />
        </div>
        <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
        <div role="status">{result && <CorrectionResultNotice result={result} />}</div>
      </div>
    </details>
  );
}

function CorrectionResultNotice({
  result: { corrected, unchanged, problems, problem_count },
}: {
  result: CorrectionResult;
}) {
  return (
    <div class={`notice ${problems.length > 0 ? 'warn' : ''}`}>
      <p>
        {formatQuantity(corrected, 'link')} corrected
        {unchanged > 0 && `, ${formatCount(unchanged)} unchanged`}.
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ row, message }, index) => (
            <li key={index}>
              {row !== null && `Row ${row}: `}
              {message}
            </li>
          ))}
          {problem_count > problems.length && (
            <li>and {formatQuantity(problem_count - problems.length, 'more problem')}</li>
          )}
        </ul>
      )}
    </div>
  );
}
