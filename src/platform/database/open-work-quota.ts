import { Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { lockOwner, readOpenWork, type Query } from './repositories/open-work.js';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';

/** Limits the open requests and images of one owner. */
@Injectable()
export class OpenWorkQuota {
  constructor(private readonly env: Env) {}

  /**
   * Checks the quota before the file is read.
   * @returns the number of images that the owner may still upload
   * @throws OpenWorkLimitError
   */
  async findRemainingImages(query: Query, owner: string): Promise<number> {
    const open = await readOpenWork(query, owner);
    const { MAX_OPEN_REQUESTS, MAX_OPEN_IMAGES } = this.env;
    if (open.requests >= MAX_OPEN_REQUESTS)
      throw new OpenWorkLimitError('requests', MAX_OPEN_REQUESTS);
    if (open.images >= MAX_OPEN_IMAGES) throw this.tooManyImages();
    return MAX_OPEN_IMAGES - open.images;
  }

  /**
   * Checks the quota right before the commit, under a lock of the owner. Concurrent uploads or retries of
   * an owner cannot exceed it together.
   * @throws OpenWorkLimitError
   */
  async checkNewRequest(query: Query, owner: string, images: number): Promise<void> {
    await lockOwner(query, owner);
    if (images > (await this.findRemainingImages(query, owner))) throw this.tooManyImages();
  }

  /**
   * Checks the quota as `checkNewRequest` does, for more images of an open request.
   * @throws OpenWorkLimitError
   */
  async checkMoreImages(query: Query, owner: string, images: number): Promise<void> {
    await lockOwner(query, owner);
    const open = await readOpenWork(query, owner);
    if (open.images + images > this.env.MAX_OPEN_IMAGES) throw this.tooManyImages();
  }

  tooManyImages(): OpenWorkLimitError {
    return new OpenWorkLimitError('images', this.env.MAX_OPEN_IMAGES);
  }
}
