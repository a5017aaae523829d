import { call } from '../api/client.js';
import type { Progress } from '../api/types.js';
import { count, counted } from '../format.js';

/** Works on all failed and all cancelled images of an ended request again. */
export async function retry(id: string): Promise<void> {
  const curl = `-X POST {base}/requests/${id}/retry`;
  const record = { title: 'Took a request up again', curl };
  await call(`/requests/${id}/retry`, { method: 'POST', record });
}

/** What the button does, in words. */
export function retryWords({ failed, cancelled }: Progress): string {
  if (cancelled === 0) return `Retry ${counted(failed, 'failed image')}`;
  if (failed === 0) return `Work on the ${counted(cancelled, 'cancelled image')}`;
  return `Work on the ${count(failed)} failed and ${counted(cancelled, 'cancelled image')}`;
}
