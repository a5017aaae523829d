import { AppError } from '../errors/app-error.js';
import { AUTH_ERRORS } from './error-table.js';

/** The response has a `WWW-Authenticate` header (RFC 6750, 3). */
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

/** The response has a `WWW-Authenticate` header. */
export class AdminKeyMissingError extends AppError {
  constructor() {
    super(AUTH_ERRORS.admin_key_missing);
  }
}

/** `ADMIN_API_KEY` is not set, and the app is not local. */
export class AdminKeyNotConfiguredError extends AppError {
  constructor() {
    super(AUTH_ERRORS.admin_key_not_configured);
  }
}

/** The caller has an API key, but no admin key. */
export class AdminKeyRequiredError extends AppError {
  constructor() {
    super(AUTH_ERRORS.admin_key_required);
  }
}

/** The caller has an admin key, but only owners of requests can use the endpoint. */
export class AdminKeyNotAcceptedError extends AppError {
  constructor() {
    super(AUTH_ERRORS.admin_key_not_accepted);
  }
}

export class RateLimitedError extends AppError {
  constructor(maxCallsPerMinute: number, retryAfterMs: number) {
    super(AUTH_ERRORS.rate_limited, {
      message: `You made more than ${maxCallsPerMinute} calls in a minute. Try again after the time in Retry-After, or raise RATE_LIMIT_PER_MINUTE.`,
      retryAfterMs,
    });
  }
}
