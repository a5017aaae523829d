import { Injectable } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';
import { Env } from '../config/env.js';
import { holdOwner, openWorkOf, type Query } from './repositories/open-work.js';
import { HTTP_ERRORS } from '../http/error-table.js';

/** Images end all the time; a full quota has room again soon. */
const RETRY_MS = 30_000;

export class TooManyOpenRequestsError extends AppError {
  constructor(limit: number) {
    super(HTTP_ERRORS.too_many_open_requests, {
      message: `${limit} requests of yours are still open, which is the limit. Try again when one has ended, or raise MAX_OPEN_REQUESTS.`,
      retryAfterMs: RETRY_MS,
    });
  }
}

export class TooManyOpenImagesError extends AppError {
  constructor(limit: number) {
    super(HTTP_ERRORS.too_many_open_images, {
      message: `More than ${limit} images of yours would be waiting, which is the limit. Try again when some have ended, upload fewer at once, or raise MAX_OPEN_IMAGES.`,
      retryAfterMs: RETRY_MS,
    });
  }
}

/** How much one owner may have open at once. */
@Injectable()
export class OpenWorkQuota {
  constructor(private readonly env: Env) {}

  /**
   * Before anything is read.
   * @returns how many images there is room for
   * @throws TooManyOpenRequestsError, TooManyOpenImagesError
   */
  async room(query: Query, owner: string): Promise<number> {
    const open = await openWorkOf(query, owner);
    const { MAX_OPEN_REQUESTS, MAX_OPEN_IMAGES } = this.env;
    if (open.requests >= MAX_OPEN_REQUESTS) throw new TooManyOpenRequestsError(MAX_OPEN_REQUESTS);
    if (open.images >= MAX_OPEN_IMAGES) throw this.tooManyImages();
    return MAX_OPEN_IMAGES - open.images;
  }

  /**
   * Right before the commit, and one of an owner's uploads or retries after the other, so that those
   * of the same moment can't exceed it together.
   * @throws TooManyOpenRequestsError, TooManyOpenImagesError
   */
  async take(query: Query, owner: string, images: number): Promise<void> {
    await holdOwner(query, owner);
    if (images > (await this.room(query, owner))) throw this.tooManyImages();
  }

  /**
   * The same for more images of a request that is open already.
   * @throws TooManyOpenImagesError
   */
  async takeImages(query: Query, owner: string, images: number): Promise<void> {
    await holdOwner(query, owner);
    const open = await openWorkOf(query, owner);
    if (open.images + images > this.env.MAX_OPEN_IMAGES) throw this.tooManyImages();
  }

  tooManyImages(): TooManyOpenImagesError {
    return new TooManyOpenImagesError(this.env.MAX_OPEN_IMAGES);
  }
}
