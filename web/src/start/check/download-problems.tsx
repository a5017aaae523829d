import { useState } from 'preact/hooks';
import { saveFile } from '../../api/client.js';
import { ErrorNotice } from '../../parts/error-notice.js';
import { catalogTitle } from '../catalog.js';
import { fetchProblemsCsv } from './check.js';
import type { Draft } from '../stored-draft.js';

/** Checks the file again and saves all its problems as a CSV file. */
export function DownloadProblems({ draft }: { draft: Draft }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const download = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const name = catalogTitle(draft.catalog).replace(/\.\w+$/, '');
      saveFile(`${name}-problems.csv`, await fetchProblemsCsv(draft));
    } catch (error) {
      setError(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button class="button tiny" type="button" disabled={busy} onClick={() => void download()}>
        {busy ? 'Preparing…' : 'Download the problems'}
      </button>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
    </>
  );
}
