import { AppError } from '../errors/app-error.js';
import { HostDownError } from './outbound-errors.js';

/** Downloads in a row that got no answer from a host, before no more are tried. */
const FAILURES = 5;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 10_000;
const MAX_HOSTS = 10_000;

/** The host gave no answer, as against one that we don't like: any answer says that it is there. */
const NO_ANSWER = new Set([
  'connection_refused',
  'connection_reset',
  'connection_timed_out',
  'connection_failed',
  'host_unreachable',
  'name_server_unavailable',
  'download_timed_out',
]);

interface Trouble {
  failures: number;
  last: AppError;
  pauseMs: number;
  probeAt: number;
  probing: boolean;
}

/**
 * A circuit breaker for each host: while one is down its downloads are refused at once, with what the
 * last one failed of, and a single probe at a time finds out whether it is back. A refused download
 * counts as a try, as it would have been one: images of a dead host end after `IMAGE_ATTEMPTS`.
 */
export class HostBreaker {
  private readonly troubles = new Map<string, Trouble>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @throws HostDownError */
  check(host: string): void {
    const trouble = this.troubles.get(host);
    if (!trouble || trouble.failures < FAILURES) return;
    if (trouble.probing || this.now() < trouble.probeAt) throw new HostDownError(trouble.last);
  }

  /** @throws HostDownError, or what the work throws */
  async run<T>(host: string, work: () => Promise<T>): Promise<T> {
    this.check(host);
    const trouble = this.troubles.get(host);
    const isProbe = trouble !== undefined && trouble.failures >= FAILURES;
    if (isProbe) trouble.probing = true;
    try {
      const result = await work();
      this.troubles.delete(host);
      return result;
    } catch (error) {
      this.learn(host, error, isProbe);
      throw error;
    } finally {
      if (isProbe) trouble.probing = false;
    }
  }

  private learn(host: string, error: unknown, wasProbe: boolean): void {
    // Ended by us, in the middle; it says nothing of the host.
    if (!(error instanceof AppError)) return;
    if (!NO_ANSWER.has(error.code)) {
      this.troubles.delete(host);
      return;
    }
    const trouble = this.troubles.get(host) ?? this.begin(host, error);
    trouble.failures += 1;
    trouble.last = error;
    if (wasProbe) trouble.pauseMs = Math.min(trouble.pauseMs * 2, MAX_PAUSE_MS);
    trouble.probeAt = this.now() + trouble.pauseMs;
  }

  private begin(host: string, last: AppError): Trouble {
    if (this.troubles.size >= MAX_HOSTS) this.troubles.clear();
    const trouble = { failures: 0, last, pauseMs: FIRST_PAUSE_MS, probeAt: 0, probing: false };
    this.troubles.set(host, trouble);
    return trouble;
  }
}
