import { describe, expect, it } from 'vitest';
import { endInTime } from './end-in-time.js';

describe('endInTime()', () => {
  it('endInTime() waits for the step', async () => {
    let ended = false;
    await endInTime(
      'The step',
      new Promise<void>((resolve) => {
        setTimeout(() => {
          ended = true;
          resolve();
        }, 50);
      }),
    );
    expect(ended).toBe(true);
  });

  it('endInTime() resolves when the step fails', async () => {
    await expect(
      endInTime('The step', Promise.reject(new Error('Connection is closed.'))),
    ).resolves.toBeUndefined();
  });

  it('endInTime() resolves when the step never ends', async () => {
    await expect(endInTime('The step', new Promise(() => undefined))).resolves.toBeUndefined();
  });
});
