import { useRef, useState } from 'preact/hooks';
import { save } from '../api/client.js';
import type { CorrectionAnswer } from '../api/types.js';
import { count, counted } from '../format.js';
import { Fault } from '../parts/fault.js';
import { uploadCorrections } from './corrections.js';

interface Props {
  requestId: string;
  disabled: boolean;
  onMoved: () => void;
}

/** Uploads an errors file that was corrected in a spreadsheet. */
export function CorrectionsUpload({ requestId, disabled, onMoved }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState<CorrectionAnswer>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setFault(undefined);
    await work().catch(setFault);
    setBusy(false);
  };
  const send = async (file: File) => {
    setResult(undefined);
    const sent = await uploadCorrections(requestId, file);
    setResult(sent);
    if (sent.corrected > 0) onMoved();
  };
  return (
    <details class="sheet corrections">
      <summary>Fix many links in a spreadsheet</summary>
      <div class="stack">
        <ol class="steps">
          <li>Download the errors file. It has the rows with failed images.</li>
          <li>Replace the links in its image columns and save it.</li>
          <li>Upload it here. The corrected images are compressed into the same catalog.</li>
        </ol>
        <div class="row">
          <button
            class="button"
            type="button"
            disabled={disabled || busy}
            onClick={() => void attempt(() => save(requestId, '/errors'))}
          >
            Download errors file
          </button>
          <button
            class="button"
            type="button"
            disabled={disabled || busy}
            onClick={() => input.current?.click()}
          >
            {busy ? 'Uploading…' : 'Upload corrected file'}
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
              if (file) void attempt(() => send(file));
            }}
          />
        </div>
        <Fault error={fault} onKey={() => setFault(undefined)} />
        <div role="status">{result && <Result result={result} />}</div>
      </div>
    </details>
  );
}

function Result({
  result: { corrected, unchanged, problems, problem_count },
}: {
  result: CorrectionAnswer;
}) {
  return (
    <div class={`notice ${problems.length > 0 ? 'warn' : ''}`}>
      <p>
        {counted(corrected, 'link')} corrected
        {unchanged > 0 && `, ${count(unchanged)} unchanged`}.
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
            <li>and {counted(problem_count - problems.length, 'more problem')}</li>
          )}
        </ul>
      )}
    </div>
  );
}
