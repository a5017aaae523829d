import { expect, it } from 'vitest';
import { UploadSlots } from './upload-slots.js';
import { FairSemaphore } from '../../../platform/concurrency/fair-semaphore.js';

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
