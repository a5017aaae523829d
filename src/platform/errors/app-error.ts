/**
 * What the worker does after an error.
 * - `never`: the same input will fail again; the image (or delivery) gets its final state.
 * - `later`: a passing fault of somebody else; counts as an attempt and is tried again after a back-off.
 * - `free`: a fault of ours (disk full, database away); tried again without counting an attempt.
 */
export type RetryPolicy = 'never' | 'later' | 'free';

export interface AppErrorOptions {
  /** Stable, snake_case, documented in docs/errors.md. Clients branch on it; it never changes. */
  code: string;
  /** One or two sentences for the person who reads it: what happened and what to do about it. */
  message: string;
  /** HTTP status when it reaches a client as an answer. */
  status?: number;
  retry?: RetryPolicy;
  /** Not before this many milliseconds from now (`Retry-After` of the other side). */
  retryAfterMs?: number;
  /** Further members of the problem document, e.g. `errors` of a CSV. */
  details?: Record<string, unknown>;
  /** What was caught; goes to the log, never to a client. */
  cause?: unknown;
}

/** Every error that Pressroom means to give: a code, words for a person, and what to do next. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retry: RetryPolicy;
  readonly retryAfterMs?: number;
  readonly details?: Record<string, unknown>;

  constructor(options: AppErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.status = options.status ?? 500;
    this.retry = options.retry ?? 'never';
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}
