import { ApiProperty } from '@nestjs/swagger';
import type { ListedWorker } from '../../platform/database/repositories/workers.js';

/** A running process. */
export class WorkerDto {
  /** ID that is unique for each start of a process. */
  @ApiProperty({ format: 'uuid', example: '7f1d3c1e-2a53-4f8e-9d0f-3b1f4a9f6a10' })
  instance!: string;

  /** @example all */
  role!: string;

  /** @example 0.2.0 */
  version!: string;

  /**
   * Name of the computer or container that runs the process.
   * @example worker-1
   */
  hostname!: string;

  /** @example 4242 */
  pid!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T08:00:00.000Z' })
  started_at!: string;

  /** Time of the last heartbeat. A process sends a heartbeat every 5 seconds. */
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  seen_at!: string;

  /** @example 12 */
  images_in_progress!: number;

  /**
   * Number of running decoder processes. They are started on demand.
   * @example 2
   */
  decoders_running!: number;

  /**
   * Maximum number of decoder processes.
   * @example 2
   */
  decoders!: number;

  /**
   * Error if the process cannot process images because storage is full or unavailable. Null if storage works.
   * @example null
   */
  storage_error!: string | null;

  static from(worker: ListedWorker): WorkerDto {
    const { instance, role, version, hostname, pid, decoders } = worker;
    return {
      instance,
      role,
      version,
      hostname,
      pid,
      started_at: worker.startedAt.toISOString(),
      seen_at: worker.seenAt.toISOString(),
      images_in_progress: worker.imagesInProgress,
      decoders_running: worker.decodersRunning,
      decoders,
      storage_error: worker.storageError,
    };
  }
}

export class WorkerListDto {
  /** Processes, oldest first. */
  workers!: WorkerDto[];

  /**
   * Value of `cursor` for the next page. Null on the last page.
   * @example null
   */
  next_cursor!: string | null;
}
