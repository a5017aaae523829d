import { useState } from 'preact/hooks';
import { saveFile } from '../../api/client.js';
import { Fault } from '../../parts/fault.js';
import { titleOf } from '../catalog.js';
import { problemsCsv } from './check.js';
import type { Draft } from '../kept-draft.js';

/** Checks the file again and saves all its problems as a CSV file. */
export function DownloadProblems({ draft }: { draft: Draft }) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Error>();
  const download = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const name = titleOf(draft.catalog).replace(/\.\w+$/, '');
      saveFile(`${name}-problems.csv`, await problemsCsv(draft));
    } catch (error) {
      setFault(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button class="button tiny" type="button" disabled={busy} onClick={() => void download()}>
        {busy ? 'Preparing…' : 'Download the problems'}
      </button>
      <Fault error={fault} onKey={() => setFault(undefined)} />
    </>
  );
}
