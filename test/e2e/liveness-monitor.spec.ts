import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Scenario } from '../support/scenario.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const FREEZE_MS = 700;

describe('LivenessMonitor', () => {
  const scenario = Scenario.forThisFile();

  it('LivenessMonitor fails when the app does not respond for 700 ms', async () => {
    const monitoring = LivenessMonitor.during(scenario.app, async () => {
      process.kill(scenario.app.pid, 'SIGSTOP');
      await sleep(FREEZE_MS);
      process.kill(scenario.app.pid, 'SIGCONT');
    });
    await expect(monitoring).rejects.toThrow(/health\/live failed: slowest response \d{3,4} ms$/);
  });
});
