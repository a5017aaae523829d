import { AppError } from '../errors/app-error.js';

/** Answered with `WWW-Authenticate` (RFC 6750, 3). */
export class ApiKeyMissingError extends AppError {
  constructor() {
    super({
      code: 'api_key_missing',
      status: 401,
      message:
        'This needs an API key. Send it as "Authorization: Bearer <key>" or "X-API-Key: <key>".',
    });
  }
}

export class ApiKeyInvalidError extends AppError {
  constructor() {
    super({
      code: 'api_key_invalid',
      status: 401,
      message: 'This API key is unknown. Ask the operator of Pressroom for a valid one.',
    });
  }
}

export class AccessTokenInvalidError extends AppError {
  constructor() {
    super({
      code: 'access_token_invalid',
      status: 401,
      message:
        'The token in this URL has expired or is not for it. Get a new one with POST /requests/:id/token.',
    });
  }
}

export class RateLimitedError extends AppError {
  constructor(perMinute: number, retryAfterMs: number) {
    super({
      code: 'rate_limited',
      status: 429,
      message: `More than ${perMinute} calls in a minute. Wait as long as Retry-After says, or raise RATE_LIMIT_PER_MINUTE.`,
      retryAfterMs,
    });
  }
}
