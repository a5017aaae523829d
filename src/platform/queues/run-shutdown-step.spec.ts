import { describe, expect, it } from 'vitest';
import { runShutdownStep } from './run-shutdown-step.js';

describe('runShutdownStep()', () => {
  it('runShutdownStep() waits for the step', async () => {
    let hasEnded = false;
    await runShutdownStep(
      'The step',
      new Promise<void>((resolve) => {
        setTimeout(() => {
          hasEnded = true;
          resolve();
        }, 50);
      }),
    );
    expect(hasEnded).toBe(true);
  });

  it('runShutdownStep() resolves when the step fails', async () => {
    await expect(
      runShutdownStep('The step', Promise.reject(new Error('Connection is closed.'))),
    ).resolves.toBeUndefined();
  });

  it('runShutdownStep() resolves when the step never ends', async () => {
    await expect(
      runShutdownStep('The step', new Promise(() => undefined)),
    ).resolves.toBeUndefined();
  });
});
