import { Injectable } from '@nestjs/common';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { StatisticsRepository } from '../../platform/database/repositories/statistics.js';
import { isFinal } from '../../platform/database/states.js';
import { RepeatedImageDto } from './statistics.dto.js';

const MIN_URLS = 30;
const MAX_WARNINGS = 10;
const MAX_CACHED = 1000;

/** Finds images that many different URLs of a host returned. Most are placeholders. */
@Injectable()
export class RepeatedImages {
  /** Keyed by request and end time, because an ended request does not change. */
  private readonly cache = new Map<string, Promise<RepeatedImageDto[]>>();

  constructor(private readonly statistics: StatisticsRepository) {}

  /** Returns none before the request has ended. */
  async findInEnded(request: ProcessingRequest): Promise<RepeatedImageDto[]> {
    const { id, status, completedAt, imagesCompleted } = request;
    if (!isFinal(status) || imagesCompleted < MIN_URLS) return [];
    const key = `${id} ${completedAt?.getTime()}`;
    const cached = this.cache.get(key);
    if (cached) return cached;
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    const found = this.find(id);
    this.cache.set(key, found);
    found.catch(() => this.cache.delete(key));
    return found;
  }

  async find(requestId: string): Promise<RepeatedImageDto[]> {
    const rows = await this.statistics.findRepeatedImages(requestId, MIN_URLS, MAX_WARNINGS);
    return rows.map((row) => RepeatedImageDto.from(row));
  }
}
