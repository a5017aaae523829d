import { AppError } from '../errors/app-error.js';
import type { ServerSecret } from '../config/server-secret.js';
import { HTTP_ERRORS } from './error-table.js';

class ImageUrlExpiredError extends AppError {
  constructor() {
    super(HTTP_ERRORS.image_url_expired);
  }
}

class ImageUrlInvalidError extends AppError {
  constructor() {
    super(HTTP_ERRORS.image_url_invalid);
  }
}

/** Signs image URLs with an expiry (`IMAGE_URL_TTL`). */
export class ImageUrls {
  constructor(
    private readonly secret: ServerSecret,
    private readonly ttlSeconds: number,
  ) {}

  /** Returns the expiry as Unix time in seconds. It stays the same for one TTL, which keeps URLs cacheable. */
  computeExpiry(now = Date.now()): number {
    return (Math.floor(now / 1000 / this.ttlSeconds) + 2) * this.ttlSeconds;
  }

  /** Returns the query string for the image with this name. */
  buildSignedQuery(name: string, expires = this.computeExpiry()): string {
    const signature = this.secret.sign('image url', `${name}\n${expires}`).toString('base64url');
    return `?expires=${expires}&signature=${signature}`;
  }

  /**
   * Verifies the query string of an image URL.
   * @returns number of seconds until the URL expires
   * @throws ImageUrlInvalidError, ImageUrlExpiredError
   */
  verifyQuery(name: string, query: Record<string, unknown>, now = Date.now()): number {
    const { expires, signature } = query;
    if (typeof expires !== 'string' || typeof signature !== 'string') {
      throw new ImageUrlInvalidError();
    }
    if (
      !/^\d{1,12}$/.test(expires) ||
      !this.secret.isValidSignature('image url', `${name}\n${expires}`, signature)
    ) {
      throw new ImageUrlInvalidError();
    }
    const seconds = Number(expires) - Math.floor(now / 1000);
    if (seconds <= 0) throw new ImageUrlExpiredError();
    return seconds;
  }
}
