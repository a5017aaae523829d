import { describe, expect, it } from 'vitest';
import { DownloadSlots, TooManyDownloadsError } from './download-slots.js';

const neverAborted = new AbortController().signal;

describe('DownloadSlots', () => {
  it('DownloadSlots.acquireSlot() queues a download until a slot is released', async () => {
    const slots = new DownloadSlots(1, 1, 60_000);
    const releaseSlot = await slots.acquireSlot('', neverAborted);
    const secondDownload = slots.acquireSlot('', neverAborted);
    releaseSlot();
    await expect(secondDownload).resolves.toBeTypeOf('function');
  });

  it('DownloadSlots.acquireSlot() rejects a download that has waited for the maximum time', async () => {
    const slots = new DownloadSlots(1, 1, 1);
    const releaseSlot = await slots.acquireSlot('', neverAborted);
    await expect(slots.acquireSlot('', neverAborted)).rejects.toThrow(TooManyDownloadsError);
    releaseSlot();
    await expect(slots.acquireSlot('', neverAborted)).resolves.toBeTypeOf('function');
  });

  it('DownloadSlots.acquireSlot() removes a download from the queue when its client disconnects', async () => {
    const slots = new DownloadSlots(1, 1, 60_000);
    const releaseSlot = await slots.acquireSlot('', neverAborted);
    const client = new AbortController();
    const waitingDownload = slots.acquireSlot('', client.signal);
    client.abort(new Error('disconnected'));
    await expect(waitingDownload).rejects.toThrow('disconnected');
    releaseSlot();
    await expect(slots.acquireSlot('', neverAborted)).resolves.toBeTypeOf('function');
  });
});
