import { useRef, useState } from 'preact/hooks';
import { callApi, downloadFile } from '../api/client.js';
import type { RequestSummary } from '../api/types.js';
import { navigate } from '../app/router.js';
import { ConfirmDialog } from '../components/confirm-dialog.js';
import { ErrorNotice } from '../components/error-notice.js';
import { DownloadDialog } from './download-dialog.js';
import { ReportDialog } from './report-dialog.js';
import { retryImages } from './retry-images.js';
import { isFinal } from './watch-request.js';

interface Props {
  summary: RequestSummary;
  /** True if the images were only checked, not compressed. */
  isCheckOnly: boolean;
  onRequestChange: () => void;
}

/** Shows the actions of a request, the most common first. */
export function Actions({ summary, isCheckOnly, onRequestChange }: Props) {
  const { request_id: id, progress } = summary;
  const hasEnded = isFinal(summary);
  const cancelDialog = useRef<HTMLDialogElement>(null);
  const deleteDialog = useRef<HTMLDialogElement>(null);
  const downloadDialog = useRef<HTMLDialogElement>(null);
  const reportDialog = useRef<HTMLDialogElement>(null);
  const [isReportOpen, setReportOpen] = useState(false);
  const [error, setError] = useState<Error>();
  const runAction = (action: () => Promise<unknown>) => {
    setError(undefined);
    action().catch(setError);
  };
  const download = (suffix: string) => runAction(() => downloadFile(id, suffix));

  const cancel = async () => {
    const curl = `-X POST {base}/requests/${id}/cancel`;
    const record = { title: 'Canceled a catalog', curl };
    await callApi(`/requests/${id}/cancel`, { method: 'POST', record });
    onRequestChange();
  };
  const resume = async () => {
    await retryImages(id);
    onRequestChange();
  };
  const remove = async () => {
    const record = { title: 'Deleted a catalog', curl: `-X DELETE {base}/requests/${id}` };
    await callApi(`/requests/${id}`, { method: 'DELETE', record });
    navigate('/all', { replace: true });
  };

  return (
    <div class="actions">
      <div class="row">
        {hasEnded && (
          <button
            class="button primary"
            type="button"
            onClick={() => downloadDialog.current?.showModal()}
          >
            Download
          </button>
        )}
        {hasEnded && progress.failed > 0 && (
          <button class="button" type="button" onClick={() => download('/errors')}>
            Errors file
          </button>
        )}
        {hasEnded && (
          <button
            class="button"
            type="button"
            onClick={() => {
              setReportOpen(true);
              reportDialog.current?.showModal();
            }}
          >
            Report
          </button>
        )}
        {hasEnded && progress.completed > 0 && !isCheckOnly && (
          <button class="button" type="button" onClick={() => download('/images.zip')}>
            Images ZIP
          </button>
        )}
        {hasEnded && progress.cancelled > 0 && (
          <button class="button" type="button" onClick={() => runAction(resume)}>
            Resume
          </button>
        )}
        {!hasEnded && (
          <button class="button" type="button" onClick={() => cancelDialog.current?.showModal()}>
            Cancel
          </button>
        )}
        <button
          class="button quiet bad"
          type="button"
          onClick={() => deleteDialog.current?.showModal()}
        >
          Delete
        </button>
      </div>
      <ErrorNotice error={error} onKeyEntered={() => setError(undefined)} />
      <DownloadDialog
        dialog={downloadDialog}
        summary={summary}
        isCheckOnly={isCheckOnly}
        onDownload={download}
      />
      <ReportDialog
        dialog={reportDialog}
        requestId={id}
        isOpen={isReportOpen}
        onClose={() => setReportOpen(false)}
      />
      <ConfirmDialog
        dialog={cancelDialog}
        title="Stop compressing?"
        confirmLabel="Stop"
        cancelLabel="Keep going"
        onConfirm={() => runAction(cancel)}
      >
        You can still download the finished images. The remaining images won't be processed.
      </ConfirmDialog>
      <ConfirmDialog
        dialog={deleteDialog}
        title="Delete this catalog?"
        confirmLabel="Delete"
        cancelLabel="Keep it"
        onConfirm={() => runAction(remove)}
      >
        This permanently deletes the products, the compressed images and the log. Links to the
        images stop working.
      </ConfirmDialog>
    </div>
  );
}
