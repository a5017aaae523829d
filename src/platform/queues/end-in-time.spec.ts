import { describe, expect, it } from 'vitest';
import { endInTime } from './end-in-time.js';

describe('a step of a stop', () => {
  it('is waited for', async () => {
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

  it('that fails holds up nothing', async () => {
    await expect(
      endInTime('The step', Promise.reject(new Error('Connection is closed.'))),
    ).resolves.toBeUndefined();
  });

  it('that never ends is given up', async () => {
    await expect(endInTime('The step', new Promise(() => undefined))).resolves.toBeUndefined();
  });
});
