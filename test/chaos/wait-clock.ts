/** Adds up the time of waits that follow each other. */
export class WaitClock {
  seconds = 0;

  async measure<T>(wait: Promise<T>): Promise<T> {
    const began = Date.now();
    try {
      return await wait;
    } finally {
      this.seconds += (Date.now() - began) / 1000;
    }
  }
}
