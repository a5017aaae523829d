/** npm, shells and process supervisors pass one signal on twice; within this time it is the same one. */
const SAME_SIGNAL_MS = 1000;

export type StopRequest = 'first' | 'repeated' | 'hurry';

/** Tells a signal that was passed on twice from a user who asks a second time. */
export class StopSignals {
  private firstAt?: number;

  /**
   * Classifies a signal that came at `nowMs`. Each signal more than a second after the first asks the
   * app to hurry.
   */
  classifySignal(nowMs: number = performance.now()): StopRequest {
    if (this.firstAt === undefined) {
      this.firstAt = nowMs;
      return 'first';
    }
    return nowMs - this.firstAt <= SAME_SIGNAL_MS ? 'repeated' : 'hurry';
  }
}
