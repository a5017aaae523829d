import type { ErrorDefinition, RetryPolicy } from './error-definition.js';

export interface AppErrorOptions {
  /**
   * One or two sentences: what happened, with the values, and what to do. Defaults to the text of the error table.
   */
  message?: string;
  /** Defaults to the status in the error table. */
  status?: number;
  /** Defaults to the retry policy in the error table. */
  retry?: RetryPolicy;
  /** Minimum delay before the next attempt in milliseconds (`Retry-After` from the other server). */
  retryAfterMs?: number;
  /** Extension members of the problem document (RFC 9457), for example the `errors` of a CSV file. */
  details?: Record<string, unknown>;
  /** The caught error. It is logged and never sent to a client. */
  cause?: unknown;
}

/** An expected error with a code from an error table and a message for users. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retry: RetryPolicy;
  readonly retryAfterMs?: number;
  readonly details?: Record<string, unknown>;

  constructor(
    readonly definition: ErrorDefinition,
    options: AppErrorOptions = {},
  ) {
    super(options.message ?? definition.message, { cause: options.cause });
    this.name = new.target.name;
    this.code = definition.code;
    this.status = options.status ?? definition.status;
    this.retry = options.retry ?? definition.retry;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }
}
