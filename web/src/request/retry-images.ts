import { callApi } from '../api/client.js';
import { quoteArgument } from '../api/recent-calls.js';
import type { Progress } from '../api/types.js';
import { formatQuantity } from '../format.js';

/** Retries the failed and canceled images of an ended request, or only the images that failed with `code`. */
export async function retryImages(id: string, code?: string): Promise<void> {
  const path = `/requests/${id}/retry`;
  if (code === undefined) {
    const record = { title: 'Resumed a catalog', curl: `-X POST {base}${path}` };
    await callApi(path, { method: 'POST', record });
    return;
  }
  const query = `${path}?code=${encodeURIComponent(code)}`;
  const record = {
    title: `Retried images that failed with ${code}`,
    curl: `-X POST ${quoteArgument(`{base}${query}`)}`,
  };
  await callApi(query, { method: 'POST', record });
}

/** Returns the label of the retry button. */
export const getRetryLabel = ({ failed, cancelled }: Progress): string =>
  `Retry ${formatQuantity(failed + cancelled, 'image')}`;
