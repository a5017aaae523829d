import type { RequestSummary } from '../api/types.js';

const LOOKS: Record<RequestSummary['status'], { tone: string; words: string }> = {
  pending: { tone: 'busy', words: 'Waiting' },
  processing: { tone: 'busy', words: 'Compressing' },
  completed: { tone: 'good', words: 'Done' },
  failed: { tone: 'bad', words: 'Failed' },
  cancelled: { tone: '', words: 'Cancelled' },
};

export function StatusBadge({ status }: { status: RequestSummary['status'] }) {
  const { tone, words } = LOOKS[status];
  return <span class={`badge ${tone}`}>{words}</span>;
}
