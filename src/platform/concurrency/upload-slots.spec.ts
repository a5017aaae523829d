import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { FairSemaphore } from './fair-semaphore.js';
import { UploadSlots } from './upload-slots.js';

it('lets in as many uploads as it has slots, and one more for each that ends', async () => {
  const slots = new UploadSlots(new FairSemaphore(2, 1), 5000);
  const giveBack = await slots.take('');
  await slots.take('');
  const third = slots.take('');
  giveBack();
  await expect(third).resolves.toBeTypeOf('function');
});

it('refuses with 429 what has waited too long, and only whose share is used up', async () => {
  const slots = new UploadSlots(new FairSemaphore(2, 2), 60);
  await slots.take('shop');
  await expect(slots.take('shop')).rejects.toMatchObject({ code: 'too_many_uploads', status: 429 });
  await expect(slots.take('desk')).resolves.toBeTypeOf('function');
});

it('refuses with 429 what has waited too long, even when garbage is collected meanwhile', async () => {
  const slots = new UploadSlots(new FairSemaphore(1, 1), 60);
  await slots.take('shop');
  const [refused] = await Promise.allSettled([slots.take('shop'), collectGarbage()]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'too_many_uploads' } });
});

it('refuses an upload whose client has left, and gives its slot to the next', async () => {
  const slots = new UploadSlots(new FairSemaphore(1, 1));
  const giveBack = await slots.take('shop');
  const client = new AbortController();
  const waiting = Promise.allSettled([
    slots.take('shop', { signal: client.signal }),
    slots.take('shop'),
  ]);
  client.abort();
  giveBack();
  const [left, next] = await waiting;
  expect(left).toMatchObject({ status: 'rejected', reason: { code: 'too_many_uploads' } });
  expect(next).toMatchObject({ status: 'fulfilled' });
});

/** In a later task: what was made in this one is kept until it ends. */
async function collectGarbage(): Promise<void> {
  await setImmediate();
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
