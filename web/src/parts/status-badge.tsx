import type { RequestSummary } from '../api/types.js';
import { count } from '../format.js';

interface Look {
  /** A class of the badge and of the progress bar beside it. */
  tone: string;
  words: string;
}

const LOOKS: Record<RequestSummary['status'], Look> = {
  pending: { tone: 'busy', words: 'Waiting' },
  processing: { tone: 'busy', words: 'Compressing' },
  completed: { tone: 'good', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: 'idle', words: 'Canceled' },
};

/** How a request stands, in one tone and in words. A failure is named even where the rest is done. */
export function lookOf({ status, progress: { failed } }: RequestSummary): Look {
  const look = LOOKS[status];
  if (failed === 0 || (status !== 'completed' && status !== 'cancelled')) return look;
  return { tone: 'warn', words: `${look.words} with ${count(failed)} failed` };
}

export function StatusBadge({ request }: { request: RequestSummary }) {
  const { tone, words } = lookOf(request);
  return <span class={`badge ${tone}`}>{words}</span>;
}
