/** So many may wait for a host that serves nothing, so that what becomes free there is used. */
const STAY = 2;

interface Pace {
  /** When the count of `served` began. */
  since: number;
  served: number;
  /** In the window before; unknown in a host's first. */
  servedBefore?: number;
}

/**
 * How many may wait for a host: as many as it has served lately, so that each waits for about one
 * window (Little's law). A host that is only begun with may have any number.
 */
export class BacklogLimit {
  private readonly paces = new Map<string, Pace>();

  constructor(
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The window begins with the first download. */
  begun(host: string): void {
    this.current(host);
  }

  served(host: string): void {
    this.current(host).served += 1;
  }

  mostWaiting(host: string): number {
    const { served, servedBefore } = this.current(host);
    return servedBefore === undefined ? Infinity : Math.max(STAY, servedBefore + served);
  }

  /** Nothing runs there and nothing waits. */
  forget(host: string): void {
    this.paces.delete(host);
  }

  private current(host: string): Pace {
    const pace = this.paces.get(host) ?? { since: this.now(), served: 0 };
    this.paces.set(host, pace);
    const windows = Math.floor((this.now() - pace.since) / this.windowMs);
    if (windows > 0) {
      pace.servedBefore = windows === 1 ? pace.served : 0;
      pace.served = 0;
      pace.since += windows * this.windowMs;
    }
    return pace;
  }
}
