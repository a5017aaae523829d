import { randomUUID } from 'node:crypto';
import type { WorkersRepository } from '../../src/platform/database/repositories/workers.js';

type WorkerRow = Parameters<WorkersRepository['renewWorker']>[0];

/** Returns the database row of a running process. */
export const createWorkerRow = (fields: Partial<WorkerRow> = {}): WorkerRow => ({
  instance: randomUUID(),
  role: 'all',
  version: '1.2.3',
  hostname: 'worker-1',
  pid: 1,
  startedAt: new Date(),
  imagesInProgress: 1,
  decodersRunning: 1,
  decoders: 2,
  storageError: null,
  oldestImages: [],
  origins: [],
  ...fields,
});
