import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { FairSemaphore } from './fair-semaphore.js';
import { UploadSlots } from './upload-slots.js';

it('UploadSlots admits as many uploads as it has slots, and another one after each release', async () => {
  const slots = new UploadSlots(new FairSemaphore(2, 1), 5000);
  const releaseSlot = await slots.acquireSlot('');
  await slots.acquireSlot('');
  const thirdUpload = slots.acquireSlot('');
  releaseSlot();
  await expect(thirdUpload).resolves.toBeTypeOf('function');
});

it('UploadSlots rejects an upload with 429 after the maximum wait, but only if its owner holds its full share', async () => {
  const slots = new UploadSlots(new FairSemaphore(2, 2), 60);
  await slots.acquireSlot('shop');
  await expect(slots.acquireSlot('shop')).rejects.toMatchObject({
    code: 'too_many_uploads',
    status: 429,
  });
  await expect(slots.acquireSlot('desk')).resolves.toBeTypeOf('function');
});

it('UploadSlots rejects an upload with 429 after the maximum wait even if garbage is collected during the wait', async () => {
  const slots = new UploadSlots(new FairSemaphore(1, 1), 60);
  await slots.acquireSlot('shop');
  const [upload] = await Promise.allSettled([slots.acquireSlot('shop'), collectGarbage()]);
  expect(upload).toMatchObject({ status: 'rejected', reason: { code: 'too_many_uploads' } });
});

it('UploadSlots rejects an upload whose client has disconnected and admits the next one', async () => {
  const slots = new UploadSlots(new FairSemaphore(1, 1));
  const releaseSlot = await slots.acquireSlot('shop');
  const client = new AbortController();
  const uploads = Promise.allSettled([
    slots.acquireSlot('shop', { signal: client.signal }),
    slots.acquireSlot('shop'),
  ]);
  client.abort();
  releaseSlot();
  const [disconnectedUpload, nextUpload] = await uploads;
  expect(disconnectedUpload).toMatchObject({
    status: 'rejected',
    reason: { code: 'too_many_uploads' },
  });
  expect(nextUpload).toMatchObject({ status: 'fulfilled' });
});

/** Collects garbage in a later task, because the current task keeps its objects alive. */
async function collectGarbage(): Promise<void> {
  await setImmediate();
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
