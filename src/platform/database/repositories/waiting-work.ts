import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { COUNT_PENDING_HOSTS, type PendingHostRow } from '../statements/count-pending-hosts.js';
import { COUNT_WAITING_IMAGES, type WaitingImagesRow } from '../statements/count-waiting-images.js';
import {
  FIND_WAITING_REQUEST,
  type WaitingRequestRow,
} from '../statements/find-waiting-request.js';
import { LIST_OWNER_QUEUES, type OwnerQueueRow } from '../statements/list-owner-queues.js';
import { LIST_STUCK_IMAGES, type StuckImageRow } from '../statements/list-stuck-images.js';
import { type OpenWorkRow, SUM_OPEN_WORK } from '../statements/sum-open-work.js';
import { WORKER_ALIVE_SECONDS } from './workers.js';

/** Maximum number of pending images that are read when they are counted by host. */
export const MAX_PENDING_IMAGES_READ = 100_000;

/** Maximum number of pending images of one request that are read. */
export const MAX_WAITING_IMAGES_READ = 10_000;

const MAX_HOSTS = 1000;

/** Reads waiting work for operators. Each statement reads a bounded number of images through an index. */
@Injectable()
export class WaitingWorkRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns owners with unfinished requests, longest waiting first. */
  listOwnerQueues(
    limit: number,
    cursor?: { oldest: string; owner: string },
  ): Promise<OwnerQueueRow[]> {
    const { oldest = null, owner = null } = cursor ?? {};
    return this.dataSource.query(LIST_OWNER_QUEUES, [limit, oldest, owner]);
  }

  /** Counts pending images by host. Reads at most {@link MAX_PENDING_IMAGES_READ} images. */
  countPendingByHost(): Promise<PendingHostRow[]> {
    return this.dataSource.query(COUNT_PENDING_HOSTS, [MAX_PENDING_IMAGES_READ, MAX_HOSTS]);
  }

  /** @param seconds time after which an image in progress counts as stuck */
  listStuckImages(
    seconds: number,
    limit: number,
    cursor?: { since: string; imageId: string },
  ): Promise<StuckImageRow[]> {
    const { since = null, imageId = null } = cursor ?? {};
    return this.dataSource.query(LIST_STUCK_IMAGES, [
      WORKER_ALIVE_SECONDS,
      seconds,
      limit,
      since,
      imageId,
    ]);
  }

  async findRequest(id: string): Promise<WaitingRequestRow | undefined> {
    const [row] = await this.dataSource.query<WaitingRequestRow[]>(FIND_WAITING_REQUEST, [id]);
    return row;
  }

  /** Counts the pending images of a request by host. Reads at most {@link MAX_WAITING_IMAGES_READ} images. */
  countWaitingByHost(requestId: string): Promise<WaitingImagesRow[]> {
    return this.dataSource.query(COUNT_WAITING_IMAGES, [requestId, MAX_WAITING_IMAGES_READ]);
  }

  async sumOpenWork(owner: string, requestId: string): Promise<OpenWorkRow> {
    const [row] = await this.dataSource.query<[OpenWorkRow]>(SUM_OPEN_WORK, [owner, requestId]);
    return row;
  }
}
