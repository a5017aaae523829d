import { Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { holdOwner, openWorkOf, type Query } from './repositories/open-work.js';
import { OpenWorkLimitError } from '../errors/open-work-limit.error.js';

/** How much one owner may have open at once. */
@Injectable()
export class OpenWorkQuota {
  constructor(private readonly env: Env) {}

  /**
   * Before anything is read.
   * @returns how many images there is room for
   * @throws OpenWorkLimitError
   */
  async room(query: Query, owner: string): Promise<number> {
    const open = await openWorkOf(query, owner);
    const { MAX_OPEN_REQUESTS, MAX_OPEN_IMAGES } = this.env;
    if (open.requests >= MAX_OPEN_REQUESTS)
      throw new OpenWorkLimitError('requests', MAX_OPEN_REQUESTS);
    if (open.images >= MAX_OPEN_IMAGES) throw this.tooManyImages();
    return MAX_OPEN_IMAGES - open.images;
  }

  /**
   * Right before the commit, and one of an owner's uploads or retries after the other, so that those
   * of the same moment can't exceed it together.
   * @throws OpenWorkLimitError
   */
  async take(query: Query, owner: string, images: number): Promise<void> {
    await holdOwner(query, owner);
    if (images > (await this.room(query, owner))) throw this.tooManyImages();
  }

  /**
   * The same for more images of a request that is open already.
   * @throws OpenWorkLimitError
   */
  async takeImages(query: Query, owner: string, images: number): Promise<void> {
    await holdOwner(query, owner);
    const open = await openWorkOf(query, owner);
    if (open.images + images > this.env.MAX_OPEN_IMAGES) throw this.tooManyImages();
  }

  tooManyImages(): OpenWorkLimitError {
    return new OpenWorkLimitError('images', this.env.MAX_OPEN_IMAGES);
  }
}
