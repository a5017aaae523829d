import { describe, expect, it } from 'vitest';
import { StopSignals } from './stop-signals.js';

describe('StopSignals', () => {
  it('classifySignal() takes a second signal within a second for the same one', () => {
    const signals = new StopSignals();
    expect([0, 3, 1000].map((ms) => signals.classifySignal(ms))).toEqual([
      'first',
      'repeated',
      'repeated',
    ]);
  });

  it('classifySignal() takes each signal after the first second for a request to hurry', () => {
    const signals = new StopSignals();
    expect([50, 1051, 1100].map((ms) => signals.classifySignal(ms))).toEqual([
      'first',
      'hurry',
      'hurry',
    ]);
  });
});
