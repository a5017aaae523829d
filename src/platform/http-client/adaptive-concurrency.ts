/** A host that nobody knows yet gets this many at once: about what a browser opens. */
const FIRST = 8;
/** One overload is seen by many downloads at once; it counts once. */
const ONE_OVERLOAD_MS = 1000;
const MAX_HOSTS = 10_000;

interface Learned {
  places: number;
  /** Successes since the last change. */
  successes: number;
  cutAt: number;
}

/**
 * How many downloads at once a host gets. Additive increase, multiplicative decrease (as TCP, RFC
 * 5681): each round without trouble adds a place, an overload (refused, timed out, 429, 5xx) takes
 * half of them. So a distant host gets the many that hide its latency, and a weak one few.
 */
export class AdaptiveConcurrency {
  private readonly learned = new Map<string, Learned>();

  constructor(
    private readonly most: number,
    private readonly now: () => number = Date.now,
  ) {}

  of(host: string): number {
    return this.learned.get(host)?.places ?? Math.min(FIRST, this.most);
  }

  succeeded(host: string): void {
    const state = this.state(host);
    state.successes += 1;
    if (state.successes < state.places || state.places >= this.most) return;
    state.places += 1;
    state.successes = 0;
  }

  overloaded(host: string): void {
    const state = this.state(host);
    if (this.now() - state.cutAt < ONE_OVERLOAD_MS) return;
    state.places = Math.max(1, Math.floor(state.places / 2));
    state.successes = 0;
    state.cutAt = this.now();
  }

  private state(host: string): Learned {
    const known = this.learned.get(host);
    if (known) return known;
    if (this.learned.size >= MAX_HOSTS) this.learned.clear();
    const state = { places: this.of(host), successes: 0, cutAt: -Infinity };
    this.learned.set(host, state);
    return state;
  }
}
