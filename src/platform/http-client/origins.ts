import { RequestPace } from './request-pace.js';

const MAX_ORIGINS = 10_000;
const MAX_LIMITED_URLS = 1000;

/** How many requests a host allows, as learned from its answers. */
export interface HostLimit {
  host: string;
  requestsPerMinute: number;
  /** Until the host is asked again; 0 when it is not paused. */
  pausedSeconds: number;
}

/** What was learned of one host (with its port). */
export class Origin {
  readonly pace: RequestPace;
  /** Images that were turned away and have not come back yet. */
  deferred = 0;
  private readonly limitAnswers = new Map<string, number>();

  constructor(
    readonly host: string,
    now: number,
  ) {
    this.pace = new RequestPace(now);
  }

  /** How often this URL was answered 429 or 503. */
  limitAnswersOf(url: string): number {
    return this.limitAnswers.get(url) ?? 0;
  }

  addLimitAnswer(url: string): void {
    if (this.limitAnswers.size >= MAX_LIMITED_URLS) this.limitAnswers.clear();
    this.limitAnswers.set(url, this.limitAnswersOf(url) + 1);
  }

  forgetLimitAnswers(url: string): void {
    this.limitAnswers.delete(url);
  }
}

/** The hosts that were used lately; the one that was not used for longest is forgotten first. */
export class Origins {
  /** In the order of their last use. */
  private readonly origins = new Map<string, Origin>();

  constructor(private readonly now: () => number = Date.now) {}

  of(host: string): Origin {
    const origin = this.origins.get(host) ?? new Origin(host, this.now());
    this.origins.delete(host);
    this.origins.set(host, origin);
    if (this.origins.size > MAX_ORIGINS) {
      this.origins.delete(this.origins.keys().next().value!);
    }
    return origin;
  }

  /** Hosts that limit their requests, as far as this process knows now. */
  limits(): HostLimit[] {
    const now = this.now();
    return [...this.origins.values()].flatMap(({ host, pace }) => {
      if (pace.rate === undefined) return [];
      const pausedSeconds = Math.max(0, pace.pausedUntil - now) / 1000;
      return [{ host, requestsPerMinute: pace.rate * 60_000, pausedSeconds }];
    });
  }
}
