import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Worker } from '../entities/worker.entity.js';
import { type HostStateRow, LIST_ORIGIN_STATES } from '../statements/list-origin-states.js';
import { LIST_WORKERS } from '../statements/list-workers.js';
import { REMOVE_STALE_WORKERS } from '../statements/remove-stale-workers.js';
import { RENEW_WORKER } from '../statements/renew-worker.js';

/** A process counts as running for this long after its last renewal. Processes renew their rows every 5 s. */
export const WORKER_ALIVE_SECONDS = 20;

const MAX_HOST_STATES = 1000;

export type ListedWorker = Omit<Worker, 'oldestImages' | 'origins'>;

/** Records and lists the running processes. */
@Injectable()
export class WorkersRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async renewWorker(worker: Omit<Worker, 'seenAt'>): Promise<void> {
    await this.dataSource.query(RENEW_WORKER, [
      worker.instance,
      worker.role,
      worker.version,
      worker.hostname,
      worker.pid,
      worker.startedAt,
      worker.imagesInProgress,
      worker.decodersRunning,
      worker.decoders,
      worker.storageError,
      JSON.stringify(worker.oldestImages),
      JSON.stringify(worker.origins),
    ]);
  }

  async removeWorker(instance: string): Promise<void> {
    await this.dataSource.getRepository(Worker).delete({ instance });
  }

  /** @param seconds removes only rows that were last renewed at least this long ago */
  async removeStaleWorkers(seconds: number): Promise<void> {
    await this.dataSource.query(REMOVE_STALE_WORKERS, [seconds]);
  }

  listRunningWorkers(limit: number, offset = 0): Promise<ListedWorker[]> {
    return this.dataSource.query(LIST_WORKERS, [WORKER_ALIVE_SECONDS, limit, offset]);
  }

  /** Returns the combined state of each host that a running process reports, paused and limited hosts first. */
  listOriginStates(): Promise<HostStateRow[]> {
    return this.dataSource.query(LIST_ORIGIN_STATES, [WORKER_ALIVE_SECONDS, MAX_HOST_STATES]);
  }
}
