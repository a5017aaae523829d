import { describe, expect, it } from 'vitest';
import { DownloadSlots, TooManyDownloadsError } from './download-slots.js';

const never = new AbortController().signal;

describe('DownloadSlots', () => {
  it('acquire() queues a download until a slot is released', async () => {
    const slots = new DownloadSlots(1, 1, 60_000);
    const release = await slots.acquire('', never);
    const second = slots.acquire('', never);
    release();
    await expect(second).resolves.toBeTypeOf('function');
  });

  it('acquire() rejects a download that has waited for the maximum time', async () => {
    const slots = new DownloadSlots(1, 1, 1);
    const release = await slots.acquire('', never);
    await expect(slots.acquire('', never)).rejects.toThrow(TooManyDownloadsError);
    release();
    await expect(slots.acquire('', never)).resolves.toBeTypeOf('function');
  });

  it('acquire() removes a download from the queue when its client disconnects', async () => {
    const slots = new DownloadSlots(1, 1, 60_000);
    const release = await slots.acquire('', never);
    const client = new AbortController();
    const waiting = slots.acquire('', client.signal);
    client.abort(new Error('disconnected'));
    await expect(waiting).rejects.toThrow('disconnected');
    release();
    await expect(slots.acquire('', never)).resolves.toBeTypeOf('function');
  });
});
