import type { RefObject } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { formatDateTime } from '../format.js';
import { ErrorNotice } from '../components/error-notice.js';
import { printReport, type ReportLink, createReportLink } from './report-link.js';

interface Props {
  dialog: RefObject<HTMLDialogElement | null>;
  requestId: string;
  isOpen: boolean;
  onClose: () => void;
}

/** Lets the user open, print or share the report of a request. */
export function ReportDialog({ dialog, requestId, isOpen, onClose }: Props) {
  const id = useId();
  const { link, error, load } = useReportLink(requestId, isOpen);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <div class="stack">
        <h2 id={id}>Report</h2>
        <p>
          A one-page summary of the savings, the marketplace check, duplicates, the largest savings,
          and problems by origin.
        </p>
        <ErrorNotice error={error} onKeyEntered={load} onRetry={load} />
        <div class="row">
          <a
            class="button primary"
            href={link?.url}
            target="_blank"
            aria-disabled={link ? undefined : true}
          >
            Open report
          </a>
          <button
            class="button"
            type="button"
            disabled={!link}
            onClick={() => link && printReport(link)}
          >
            Print
          </button>
        </div>
        {link && <ShareLink link={link} />}
        <form method="dialog" class="row">
          <button class="button quiet" type="submit">
            Close
          </button>
        </form>
      </div>
    </dialog>
  );
}

/** Creates the link when the dialog opens, because browsers block a tab that is opened after a response. */
function useReportLink(requestId: string, isOpen: boolean) {
  const [link, setLink] = useState<ReportLink>();
  const [error, setError] = useState<Error>();
  const load = () => {
    setError(undefined);
    createReportLink(requestId).then(setLink, setError);
  };
  useEffect(() => {
    if (isOpen) load();
  }, [requestId, isOpen]);
  return { link, error, load };
}

/** Shows and copies the link. Without HTTPS, the page cannot write to the clipboard. */
function ShareLink({ link }: { link: ReportLink }) {
  const id = useId();
  const [copyStatus, setCopyStatus] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      setCopyStatus('Link copied.');
    } catch {
      setCopyStatus('Copy the link from the field.');
    }
  };
  return (
    <div class="field">
      <label for={id}>Link to share</label>
      <div class="row share-link">
        <input
          id={id}
          type="text"
          readOnly
          value={link.url}
          aria-describedby={`${id}-validity`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button class="button" type="button" onClick={() => void copy()}>
          Copy link
        </button>
      </div>
      <p id={`${id}-validity`} class="soft small">
        {describeValidity(link)}
      </p>
      <p class="small" role="status">
        {copyStatus}
      </p>
    </div>
  );
}

function describeValidity({ hasToken, expiresAt }: ReportLink): string {
  if (!hasToken) return 'Anyone who can reach this server can open this link.';
  return expiresAt === null
    ? 'Anyone with this link can open the report until the catalog is deleted.'
    : `Anyone with this link can open the report until ${formatDateTime(expiresAt)}.`;
}
