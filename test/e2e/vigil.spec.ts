import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';
import { LivenessMonitor } from '../support/vigil.js';

const MORE_THAN_PROMISED_MS = 700;

describe('LivenessMonitor', () => {
  const scenario = Scenario.forThisFile();

  it('fails when the app does not answer for 700 ms', async () => {
    const still = LivenessMonitor.during(scenario.app, async () => {
      process.kill(scenario.app.pid, 'SIGSTOP');
      await sleep(MORE_THAN_PROMISED_MS);
      process.kill(scenario.app.pid, 'SIGCONT');
    });
    await expect(still).rejects.toThrow(/health\/live did not answer as it should: \d{3,4} ms$/);
  });
});
