import { expect, it } from 'vitest';
import { UploadSlots } from './upload-slots.js';

it('lets in as many uploads as it has slots, and one more for each that ends', async () => {
  const slots = new UploadSlots(2, 5000);
  const giveBack = await slots.take();
  await slots.take();
  const third = slots.take();
  giveBack();
  await expect(third).resolves.toBeTypeOf('function');
});

it('refuses with 429 what has waited too long', async () => {
  const slots = new UploadSlots(1, 60);
  await slots.take();
  await expect(slots.take()).rejects.toMatchObject({ code: 'too_many_uploads', status: 429 });
});

it('takes a slot back once, however often it is given', async () => {
  const slots = new UploadSlots(1, 60);
  const giveBack = await slots.take();
  giveBack();
  giveBack();
  await slots.take();
  await expect(slots.take()).rejects.toMatchObject({ code: 'too_many_uploads' });
});
