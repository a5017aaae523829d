import { AppError } from '../../errors/app-error.js';
import { HostDownError } from '../outbound-errors.js';

/** Number of consecutive downloads without a response that opens the breaker. */
const MAX_FAILURES = 5;
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 10_000;

/** Error codes for downloads without a response. Any response shows that the host is up. */
const NO_RESPONSE_CODES = new Set([
  'connection_refused',
  'connection_reset',
  'connection_timed_out',
  'connection_failed',
  'host_unreachable',
  'name_server_unavailable',
  'download_timed_out',
]);

/** `open`: downloads fail immediately until `probeAt`. `probing`: one download tests the host. */
export type BreakerState =
  { name: 'closed' } | { name: 'open' | 'probing'; probeAt: number; reason: string };

interface Failures {
  count: number;
  lastError: AppError;
  pauseMs: number;
  probeAt: number;
  isProbing: boolean;
}

/**
 * Circuit breaker of one host. While it is open, downloads fail immediately with the last error. One probe
 * at a time checks whether the host responds again. A rejected download counts as an attempt. Images from
 * a dead host therefore fail after `IMAGE_ATTEMPTS` attempts.
 */
export class CircuitBreaker {
  private failures: Failures | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  get state(): BreakerState {
    const { failures } = this;
    if (!failures || failures.count < MAX_FAILURES) return { name: 'closed' };
    const { isProbing, probeAt, lastError } = failures;
    return { name: isProbing ? 'probing' : 'open', probeAt, reason: lastError.message };
  }

  /** @throws HostDownError while the breaker is open */
  assertClosed(): void {
    const { failures } = this;
    if (!failures || failures.count < MAX_FAILURES) return;
    if (failures.isProbing || this.now() < failures.probeAt)
      throw new HostDownError(failures.lastError);
  }

  /** @throws HostDownError, or the error of `work` */
  async runGuarded<T>(work: () => Promise<T>): Promise<T> {
    this.assertClosed();
    const { failures } = this;
    const isProbe = failures !== undefined && failures.count >= MAX_FAILURES;
    if (isProbe) failures.isProbing = true;
    try {
      const result = await work();
      this.failures = undefined;
      return result;
    } catch (error) {
      this.recordError(error, isProbe);
      throw error;
    } finally {
      if (isProbe) failures.isProbing = false;
    }
  }

  private recordError(error: unknown, wasProbe: boolean): void {
    // An abort by Pressroom says nothing about the host.
    if (!(error instanceof AppError)) return;
    if (!NO_RESPONSE_CODES.has(error.code)) {
      this.failures = undefined;
      return;
    }
    this.failures ??= {
      count: 0,
      lastError: error,
      pauseMs: FIRST_PAUSE_MS,
      probeAt: 0,
      isProbing: false,
    };
    const { failures } = this;
    failures.count += 1;
    failures.lastError = error;
    if (wasProbe) failures.pauseMs = Math.min(failures.pauseMs * 2, MAX_PAUSE_MS);
    failures.probeAt = this.now() + failures.pauseMs;
  }
}
