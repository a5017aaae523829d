import { Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { lockOwner, readOpenWork, type Query } from './repositories/open-work.js';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';

/** Limits the number of unfinished requests and images per owner. */
@Injectable()
export class OpenWorkQuota {
  constructor(private readonly env: Env) {}

  /**
   * Checks the quota before the product file is read.
   * @returns the number of images that the owner may still upload
   * @throws OpenWorkLimitError
   */
  async findRemainingImages(query: Query, owner: string): Promise<number> {
    const openWork = await readOpenWork(query, owner);
    const { MAX_OPEN_REQUESTS, MAX_OPEN_IMAGES } = this.env;
    if (openWork.requestCount >= MAX_OPEN_REQUESTS)
      throw new OpenWorkLimitError('requests', MAX_OPEN_REQUESTS);
    if (openWork.imageCount >= MAX_OPEN_IMAGES) throw this.createImageLimitError();
    return MAX_OPEN_IMAGES - openWork.imageCount;
  }

  /**
   * Checks the quota right before the commit. Locks the owner, so concurrent uploads and retries cannot
   * exceed the quota together.
   * @throws OpenWorkLimitError
   */
  async checkNewRequest(query: Query, owner: string, imageCount: number): Promise<void> {
    await lockOwner(query, owner);
    if (imageCount > (await this.findRemainingImages(query, owner)))
      throw this.createImageLimitError();
  }

  /**
   * Checks the quota like `checkNewRequest`, but for additional images of an unfinished request.
   * @throws OpenWorkLimitError
   */
  async checkAdditionalImages(query: Query, owner: string, imageCount: number): Promise<void> {
    await lockOwner(query, owner);
    const openWork = await readOpenWork(query, owner);
    if (openWork.imageCount + imageCount > this.env.MAX_OPEN_IMAGES)
      throw this.createImageLimitError();
  }

  createImageLimitError(): OpenWorkLimitError {
    return new OpenWorkLimitError('images', this.env.MAX_OPEN_IMAGES);
  }
}
