/** npm, shells and process supervisors may forward one signal twice within this time. */
const SAME_SIGNAL_MS = 1000;

export type StopRequest = 'first' | 'repeated' | 'immediate';

/** Distinguishes a signal that was forwarded twice from a second request of the user. */
export class StopSignals {
  private firstAt?: number;

  /**
   * Classifies a signal received at `nowMs`. Each signal more than a second after the first one asks for
   * an immediate stop.
   */
  classifySignal(nowMs: number = performance.now()): StopRequest {
    if (this.firstAt === undefined) {
      this.firstAt = nowMs;
      return 'first';
    }
    return nowMs - this.firstAt <= SAME_SIGNAL_MS ? 'repeated' : 'immediate';
  }
}
