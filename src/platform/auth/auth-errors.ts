import { AppError } from '../errors/app-error.js';
import { AUTH_ERRORS } from './error-table.js';

/** Answered with `WWW-Authenticate` (RFC 6750, 3). */
export class ApiKeyMissingError extends AppError {
  constructor() {
    super(AUTH_ERRORS.api_key_missing);
  }
}

export class ApiKeyInvalidError extends AppError {
  constructor() {
    super(AUTH_ERRORS.api_key_invalid);
  }
}

export class AccessTokenInvalidError extends AppError {
  constructor() {
    super(AUTH_ERRORS.access_token_invalid);
  }
}

export class RateLimitedError extends AppError {
  constructor(perMinute: number, retryAfterMs: number) {
    super(AUTH_ERRORS.rate_limited, {
      message: `More than ${perMinute} calls in a minute. Wait as long as Retry-After says, or raise RATE_LIMIT_PER_MINUTE.`,
      retryAfterMs,
    });
  }
}
