import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import type { ServerSecret } from '../config/server-secret.js';

export class ImageUrlExpiredError extends AppError {
  constructor() {
    super({
      code: 'image_url_expired',
      status: 403,
      message:
        'This image URL has expired. GET /status/:id and GET /download/:id carry one that works.',
    });
  }
}

export class ImageUrlInvalidError extends AppError {
  constructor() {
    super({
      code: 'image_url_invalid',
      status: 403,
      message:
        'This image URL carries no valid signature. Take it whole, with "?expires=…&signature=…", from GET /status/:id or GET /download/:id.',
    });
  }
}

/** Signs the URLs of images, so that they work for a time only (`IMAGE_URL_TTL`). */
export class ImageUrls {
  constructor(
    private readonly secret: ServerSecret,
    private readonly ttlSeconds: number,
  ) {}

  /** Unix time, in seconds; the same for a while, so that URLs (and what caches hold) stay the same. */
  expiry(now = Date.now()): number {
    return (Math.floor(now / 1000 / this.ttlSeconds) + 2) * this.ttlSeconds;
  }

  /** What is appended to the URL of the image with this name. */
  query(name: string, expires = this.expiry()): string {
    const signature = this.secret.sign('image url', `${name}\n${expires}`).toString('base64url');
    return `?expires=${expires}&signature=${signature}`;
  }

  /**
   * @returns for how many seconds more the URL works
   * @throws ImageUrlInvalidError, ImageUrlExpiredError
   */
  check(name: string, query: Record<string, unknown>, now = Date.now()): number {
    const { expires, signature } = query;
    if (typeof expires !== 'string' || typeof signature !== 'string') {
      throw new ImageUrlInvalidError();
    }
    if (
      !/^\d{1,12}$/.test(expires) ||
      !this.secret.verifies('image url', `${name}\n${expires}`, signature)
    ) {
      throw new ImageUrlInvalidError();
    }
    const seconds = Number(expires) - Math.floor(now / 1000);
    if (seconds <= 0) throw new ImageUrlExpiredError();
    return seconds;
  }
}

/** Express keeps what all requests of an app share in `app.locals`. */
interface Locals {
  imageUrls?: ImageUrls;
}

export const signImageUrls = (locals: Locals, imageUrls: ImageUrls): void => {
  locals.imageUrls = imageUrls;
};

/** None where image URLs are not signed. */
export const imageUrlsOf = (request: Request): ImageUrls | undefined =>
  (request.app?.locals as Locals | undefined)?.imageUrls;
