/** Adds up the durations of consecutive waits. */
export class WaitClock {
  seconds = 0;

  async measure<T>(wait: Promise<T>): Promise<T> {
    const startedAt = Date.now();
    try {
      return await wait;
    } finally {
      this.seconds += (Date.now() - startedAt) / 1000;
    }
  }
}
