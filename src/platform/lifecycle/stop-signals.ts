/** npm, shells and process supervisors may forward one signal twice within this time. */
const DUPLICATE_SIGNAL_WINDOW_MS = 1000;

export type StopRequest = 'first' | 'repeated' | 'immediate';

/** Distinguishes a signal that was forwarded twice from a second request from the user. */
export class StopSignals {
  private firstSignalMs?: number;

  /**
   * Classifies a signal received at `nowMs`. A signal more than a second after the first one requests an
   * immediate stop.
   */
  classifySignal(nowMs: number = performance.now()): StopRequest {
    if (this.firstSignalMs === undefined) {
      this.firstSignalMs = nowMs;
      return 'first';
    }
    return nowMs - this.firstSignalMs <= DUPLICATE_SIGNAL_WINDOW_MS ? 'repeated' : 'immediate';
  }
}
