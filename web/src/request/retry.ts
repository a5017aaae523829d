import { call } from '../api/client.js';
import type { Progress } from '../api/types.js';
import { counted } from '../format.js';

/** Retries all failed and all canceled images of an ended request. */
export async function retry(id: string): Promise<void> {
  const curl = `-X POST {base}/requests/${id}/retry`;
  const record = { title: 'Resumed a catalog', curl };
  await call(`/requests/${id}/retry`, { method: 'POST', record });
}

/** The name of the button. */
export const retryWords = ({ failed, cancelled }: Progress): string =>
  `Retry ${counted(failed + cancelled, 'image')}`;
