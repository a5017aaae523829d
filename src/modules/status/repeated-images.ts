import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { isFinal } from '../../platform/database/states.js';
import { RepeatedImageDto } from './statistics.dto.js';

const MIN_DISTINCT_URLS = 30;
const MAX_WARNINGS = 10;
const MAX_CACHED_REQUESTS = 1000;

/** Finds images that one host returned for many different URLs. Most such images are placeholders. */
@Injectable()
export class RepeatedImages {
  /** Keyed by request and end time, because a finished request does not change. */
  private readonly cache = new Map<string, Promise<RepeatedImageDto[]>>();

  constructor(private readonly statistics: StatisticsRepository) {}

  /** Returns an empty list until the request has ended. */
  async findInFinishedRequest(request: ProcessingRequest): Promise<RepeatedImageDto[]> {
    const { id, status, completedAt, imagesCompleted } = request;
    if (!isFinal(status) || imagesCompleted < MIN_DISTINCT_URLS) return [];
    const key = `${id} ${completedAt?.getTime()}`;
    const cachedImages = this.cache.get(key);
    if (cachedImages) return cachedImages;
    if (this.cache.size >= MAX_CACHED_REQUESTS) this.cache.clear();
    const images = this.findInRequest(id);
    this.cache.set(key, images);
    images.catch(() => this.cache.delete(key));
    return images;
  }

  async findInRequest(requestId: string): Promise<RepeatedImageDto[]> {
    const rows = await this.statistics.findRepeatedImages(
      requestId,
      MIN_DISTINCT_URLS,
      MAX_WARNINGS,
    );
    return rows.map((row) => RepeatedImageDto.from(row));
  }
}
