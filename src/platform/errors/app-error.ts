import type { ErrorDefinition, RetryPolicy } from './error-definition.js';

export interface AppErrorOptions {
  /**
   * One or two sentences: what happened, with its values, and what to do. Default: the sentences of
   * the table.
   */
  message?: string;
  /** Default: the status of the table. */
  status?: number;
  /** Default: the retry policy of the table. */
  retry?: RetryPolicy;
  /** Minimum delay before the next attempt in milliseconds (`Retry-After` of the other server). */
  retryAfterMs?: number;
  /** Further members of the problem document, e.g. `errors` of a CSV. */
  details?: Record<string, unknown>;
  /** The caught error. It is logged and never sent to a client. */
  cause?: unknown;
}

/** An expected error: a code of an error table, and a message for users. */
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
