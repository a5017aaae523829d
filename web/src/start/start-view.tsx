import './start.css';
import { useCallback, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';
import { check, type CheckResult } from './check.js';
import { CheckedCatalogue } from './checked-catalogue.js';
import { DropZone, useFileDrop } from './drop-zone.js';
import { PasteLinks } from './paste-links.js';
import { RefusedCatalogue } from './refused-catalogue.js';

/** Where everything begins: a catalogue is given, looked at, and sent on its way. */
export function StartView() {
  const [result, setResult] = useState<CheckResult>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const running = useRef<AbortController | undefined>(undefined);

  const look = useCallback((file: File) => void lookAt(file), []);
  const lookAt = async (file: File) => {
    running.current?.abort();
    const controller = (running.current = new AbortController());
    setBusy(true);
    setFault(undefined);
    try {
      setResult(await check(file, controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return;
      setFault(error instanceof ApiError ? error.message : String(error));
    } finally {
      if (running.current === controller) setBusy(false);
    }
  };

  const over = useFileDrop(look);

  const trySample = async () => {
    const response = await fetch('/sample/catalogue.csv');
    if (!response.ok) return setFault('The sample catalogue is missing from this server.');
    await lookAt(new File([await response.blob()], 'sample-catalogue.csv', { type: 'text/csv' }));
  };
  const startOver = () => setResult(undefined);

  return (
    <div class="start">
      <p class="unseen" role="status">
        {busy ? 'Reading the catalogue' : result ? announce(result) : ''}
      </p>
      {result?.kind === 'ready' && (
        <CheckedCatalogue key={result.file} {...result} onStartOver={startOver} />
      )}
      {result?.kind === 'refused' && <RefusedCatalogue {...result} onStartOver={startOver} />}
      {!result && (
        <div class="welcome">
          <div class="stack">
            <h1>Lighter pictures for your whole catalogue</h1>
            <p class="soft intro">
              Give Pressroom your product CSV. It fetches every picture, compresses it, and gives
              you the same CSV back with a column of new links.
            </p>
          </div>
          <DropZone over={over} busy={busy} onFile={look} />
          {fault && (
            <p class="notice bad" role="alert">
              {fault}
            </p>
          )}
          <div class="other-ways">
            <PasteLinks onFile={look} />
            <div class="sample">
              <button class="button" type="button" disabled={busy} onClick={() => void trySample()}>
                Try the sample
              </button>
              <span class="soft small">
                Eight products, drawn for this page. No internet needed.
              </span>
            </div>
          </div>
        </div>
      )}
      {result && busy && <p class="notice">Reading the other file…</p>}
    </div>
  );
}

function announce(result: CheckResult): string {
  return result.kind === 'ready'
    ? `${result.file.name} is ready: ${result.answer.products} products, ${result.answer.images} images.`
    : `${result.file.name} can't be used: ${result.problem.detail}`;
}
