import type { RequestSummary } from '../api/types.js';
import { formatCount } from '../format.js';

interface Badge {
  /** CSS class of the badge and the progress bar. */
  tone: string;
  label: string;
}

const BADGES: Record<RequestSummary['status'], Badge> = {
  pending: { tone: 'busy', label: 'Waiting' },
  processing: { tone: 'busy', label: 'Compressing' },
  completed: { tone: 'good', label: 'Done' },
  failed: { tone: 'bad', label: 'Failed' },
  cancelled: { tone: 'idle', label: 'Canceled' },
};

/** Returns the tone and label of a request's status. The label includes the number of failed images. */
export function getBadge({ status, progress: { failed } }: RequestSummary): Badge {
  const badge = BADGES[status];
  if (failed === 0 || (status !== 'completed' && status !== 'cancelled')) return badge;
  return { tone: 'warn', label: `${badge.label} with ${formatCount(failed)} failed` };
}

export function StatusBadge({ request }: { request: RequestSummary }) {
  const { tone, label } = getBadge(request);
  return <span class={`badge ${tone}`}>{label}</span>;
}
