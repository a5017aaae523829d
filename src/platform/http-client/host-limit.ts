import { AppError } from '../errors/app-error.js';
import { AdaptiveConcurrency } from './adaptive-concurrency.js';
import { BacklogLimit } from './backlog-limit.js';
import { HostBusyError } from './outbound-errors.js';

/** Who waits holds a place of the queue's: about so long is waited for a host. */
const PATIENCE_MS = 2000;
/** Thousands that are sent away do not come back all at once. */
const RETRY_SPREAD_MS = 20;
const MAX_COME_BACK_MS = 30_000;

/**
 * Bounds how much runs at once, in total and for one host, and serves waiting hosts in turn: a slow
 * host fills its own places only, and a host with a thousand waiting does not delay one with two.
 * Who would wait long for a slow host is sent away to come back later, and holds up nobody.
 */
export class HostLimit {
  private running = 0;
  private readonly runningPerHost = new Map<string, number>();
  /** Insertion order is the order of turns: a served host goes to the end. */
  private readonly waiting = new Map<string, Waiter[]>();
  private readonly allowance: AdaptiveConcurrency;
  private readonly pace: BacklogLimit;
  /** How many were sent away since the host last finished one. */
  private readonly rejected = new Map<string, number>();

  constructor(
    private readonly total: number,
    mostPerHost: number,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.pace = new BacklogLimit(patienceMs);
    this.allowance = new AdaptiveConcurrency(mostPerHost);
  }

  /** @throws HostBusyError, or what the work throws */
  async run<T>(host: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    await this.enter(host, signal);
    try {
      const result = await work();
      this.allowance.succeeded(host);
      return result;
    } catch (error) {
      // A missing image says nothing of its server; what passes by itself does.
      if (error instanceof AppError && error.retry === 'later') this.allowance.overloaded(host);
      throw error;
    } finally {
      this.leave(host);
    }
  }

  private enter(host: string, signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.hasRoomFor(host)) {
      this.occupy(host);
      return undefined;
    }
    if (this.isStuck(host, this.waiting.get(host)?.length ?? 0)) throw this.busy(host);
    return new Promise((resolve, reject) => {
      const leave = (reason: unknown) => {
        waiter.stopWaiting();
        this.forget(host, waiter);
        reject(reason);
      };
      const onAbort = () => leave(signal?.reason);
      const losePatience = () => {
        if (this.isStuck(host, this.waiting.get(host)!.length - 1)) leave(this.busy(host));
      };
      const timer = setInterval(losePatience, this.patienceMs);
      const waiter: Waiter = {
        stopWaiting: () => {
          clearInterval(timer);
          signal?.removeEventListener('abort', onAbort);
        },
        admit: resolve,
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.set(host, [...(this.waiting.get(host) ?? []), waiter]);
    });
  }

  /** By the host's own limit: who waits because of the total waits for all. */
  private isStuck(host: string, othersWaiting: number): boolean {
    const running = this.runningPerHost.get(host) ?? 0;
    return running >= this.allowance.of(host) && othersWaiting >= this.pace.mostWaiting(host);
  }

  private busy(host: string): HostBusyError {
    const before = this.rejected.get(host) ?? 0;
    this.rejected.set(host, before + 1);
    const delay = Math.min(this.patienceMs + before * RETRY_SPREAD_MS, MAX_COME_BACK_MS);
    return new HostBusyError(host, delay * (0.8 + 0.4 * Math.random()));
  }

  private leave(host: string): void {
    this.rejected.delete(host);
    this.pace.served(host);
    this.running -= 1;
    const left = this.runningPerHost.get(host)! - 1;
    if (left === 0) this.runningPerHost.delete(host);
    else this.runningPerHost.set(host, left);
    this.admitNext();
    if (!this.runningPerHost.has(host) && !this.waiting.has(host)) this.pace.forget(host);
  }

  private admitNext(): void {
    for (const [host, waiters] of this.waiting) {
      if (!this.hasRoomFor(host)) continue;
      const waiter = waiters[0];
      this.forget(host, waiter);
      this.toTheEnd(host);
      this.occupy(host);
      waiter.stopWaiting();
      waiter.admit();
      if (this.running >= this.total) return;
    }
  }

  private hasRoomFor(host: string): boolean {
    return (
      this.running < this.total && (this.runningPerHost.get(host) ?? 0) < this.allowance.of(host)
    );
  }

  private occupy(host: string): void {
    this.pace.begun(host);
    this.running += 1;
    this.runningPerHost.set(host, (this.runningPerHost.get(host) ?? 0) + 1);
  }

  private forget(host: string, waiter: Waiter): void {
    const left = (this.waiting.get(host) ?? []).filter((other) => other !== waiter);
    if (left.length === 0) this.waiting.delete(host);
    else this.waiting.set(host, left);
  }

  private toTheEnd(host: string): void {
    const waiters = this.waiting.get(host);
    if (!waiters) return;
    this.waiting.delete(host);
    this.waiting.set(host, waiters);
  }
}

interface Waiter {
  stopWaiting: () => void;
  admit: () => void;
}
