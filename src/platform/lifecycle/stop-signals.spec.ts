import { describe, expect, it } from 'vitest';
import { StopSignals } from './stop-signals.js';

describe('StopSignals', () => {
  it('classifySignal() returns repeated for a second signal within one second', () => {
    const signals = new StopSignals();
    expect([0, 3, 1000].map((ms) => signals.classifySignal(ms))).toEqual([
      'first',
      'repeated',
      'repeated',
    ]);
  });

  it('classifySignal() returns immediate for each signal after the first second', () => {
    const signals = new StopSignals();
    expect([50, 1051, 1100].map((ms) => signals.classifySignal(ms))).toEqual([
      'first',
      'immediate',
      'immediate',
    ]);
  });
});
