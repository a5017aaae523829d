import { useState } from 'preact/hooks';
import { saveBlob } from '../../api/client.js';
import { ErrorNotice } from '../../components/error-notice.js';
import { getCatalogTitle } from '../catalog.js';
import { fetchProblemsCsv } from './check-catalog.js';
import type { Draft } from '../stored-draft.js';

/** Checks the file again and saves all problems as a CSV file. */
export function DownloadProblems({ draft }: { draft: Draft }) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const download = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const name = getCatalogTitle(draft.catalog).replace(/\.\w+$/, '');
      saveBlob(`${name}-problems.csv`, await fetchProblemsCsv(draft));
    } catch (error) {
      setError(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button class="button tiny" type="button" disabled={isBusy} onClick={() => void download()}>
        {isBusy ? 'Preparing…' : 'Download problems'}
      </button>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
    </>
  );
}
