import { call } from '../api/client.js';
import { quoteArgument } from '../api/last-call.js';
import type { Progress } from '../api/types.js';
import { formatQuantity } from '../format.js';

/** Retries all failed and all canceled images of an ended request, or those that failed with one code. */
export async function retry(id: string, code?: string): Promise<void> {
  const path = `/requests/${id}/retry`;
  if (code === undefined) {
    const record = { title: 'Resumed a catalog', curl: `-X POST {base}${path}` };
    await call(path, { method: 'POST', record });
    return;
  }
  const query = `${path}?code=${encodeURIComponent(code)}`;
  const record = { title: `Retried ${code}`, curl: `-X POST ${quoteArgument(`{base}${query}`)}` };
  await call(query, { method: 'POST', record });
}

/** Label of the button. */
export const retryLabel = ({ failed, cancelled }: Progress): string =>
  `Retry ${formatQuantity(failed + cancelled, 'image')}`;
