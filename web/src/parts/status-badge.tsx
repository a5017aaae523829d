import type { RequestSummary } from '../api/types.js';
import { formatCount } from '../format.js';

interface Badge {
  /** Class of the badge and its progress bar. */
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

/** Shows the state of a request by color and text. Names failures even when the other images are done. */
export function getBadge({ status, progress: { failed } }: RequestSummary): Badge {
  const badge = BADGES[status];
  if (failed === 0 || (status !== 'completed' && status !== 'cancelled')) return badge;
  return { tone: 'warn', label: `${badge.label} with ${formatCount(failed)} failed` };
}

export function StatusBadge({ request }: { request: RequestSummary }) {
  const { tone, label } = getBadge(request);
  return <span class={`badge ${tone}`}>{label}</span>;
}
