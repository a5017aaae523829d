import { useRef, useState } from 'preact/hooks';
import { call, save } from '../api/client.js';
import type { RequestSummary } from '../api/types.js';
import { navigate } from '../app/router.js';
import { Confirm } from '../parts/confirm.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { DownloadDialog } from './download-dialog.js';
import { ReportDialog } from './report-dialog.js';
import { retry } from './retry.js';
import { isFinal } from './watch.js';

interface Props {
  summary: RequestSummary;
  /** The images were only checked, so there are no compressed ones. */
  isCheckOnly: boolean;
  onMoved: () => void;
}

/** Actions of a request, most likely first. */
export function Actions({ summary, isCheckOnly, onMoved }: Props) {
  const { request_id: id, progress } = summary;
  const ended = isFinal(summary);
  const cancelDialog = useRef<HTMLDialogElement>(null);
  const deleteDialog = useRef<HTMLDialogElement>(null);
  const downloadDialog = useRef<HTMLDialogElement>(null);
  const reportDialog = useRef<HTMLDialogElement>(null);
  const [isReportOpen, setReportOpen] = useState(false);
  const [error, setError] = useState<Error>();
  const attempt = (work: () => Promise<unknown>) => {
    setError(undefined);
    work().catch(setError);
  };
  const download = (file: string) => attempt(() => save(id, file));

  const cancel = async () => {
    const curl = `-X POST {base}/requests/${id}/cancel`;
    const record = { title: 'Canceled a catalog', curl };
    await call(`/requests/${id}/cancel`, { method: 'POST', record });
    onMoved();
  };
  const resume = async () => {
    await retry(id);
    onMoved();
  };
  const remove = async () => {
    const record = { title: 'Deleted a catalog', curl: `-X DELETE {base}/requests/${id}` };
    await call(`/requests/${id}`, { method: 'DELETE', record });
    navigate('/all', { replace: true });
  };

  return (
    <div class="actions">
      <div class="row">
        {ended && (
          <button
            class="button primary"
            type="button"
            onClick={() => downloadDialog.current?.showModal()}
          >
            Download
          </button>
        )}
        {ended && progress.failed > 0 && (
          <button class="button" type="button" onClick={() => download('/errors')}>
            Errors file
          </button>
        )}
        {ended && (
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
        {ended && progress.completed > 0 && !isCheckOnly && (
          <button class="button" type="button" onClick={() => download('/images.zip')}>
            Images ZIP
          </button>
        )}
        {ended && progress.cancelled > 0 && (
          <button class="button" type="button" onClick={() => attempt(resume)}>
            Resume
          </button>
        )}
        {!ended && (
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
      <Confirm
        dialog={cancelDialog}
        title="Stop compressing?"
        confirmLabel="Stop it"
        cancelLabel="Keep going"
        onConfirm={() => attempt(cancel)}
      >
        Finished images are kept and can be downloaded. The remaining images won't be processed.
      </Confirm>
      <Confirm
        dialog={deleteDialog}
        title="Delete this catalog?"
        confirmLabel="Delete"
        cancelLabel="Keep it"
        onConfirm={() => attempt(remove)}
      >
        Its products, its compressed images and its log are permanently deleted. Links to its images
        stop working.
      </Confirm>
    </div>
  );
}
