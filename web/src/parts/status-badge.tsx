import type { RequestSummary } from '../api/types.js';
import { count } from '../format.js';

interface Badge {
  /** Class of the badge and its progress bar. */
  tone: string;
  words: string;
}

const BADGES: Record<RequestSummary['status'], Badge> = {
  pending: { tone: 'busy', words: 'Waiting' },
  processing: { tone: 'busy', words: 'Compressing' },
  completed: { tone: 'good', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'idle', words: 'Canceled' },
};

/** Shows the state of a request by color and text. Names failures even when the other images are done. */
export function badgeOf({ status, progress: { failed } }: RequestSummary): Badge {
  const look = BADGES[status];
  if (failed === 0 || (status !== 'completed' && status !== 'cancelled')) return look;
  return { tone: 'warn', words: `${look.words} with ${count(failed)} failed` };
}

export function StatusBadge({ request }: { request: RequestSummary }) {
  const { tone, words } = badgeOf(request);
  return <span class={`badge ${tone}`}>{words}</span>;
}
