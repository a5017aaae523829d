import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';

interface QueueInternals {
  setWorkerName: () => Promise<unknown>;
  /** Set by `close()`. */
  closing?: Promise<void>;
}

const log = new Logger('Queues');

/**
 * Handles a rejection that Bull ignores. Bull names its connection without waiting for the result. That
 * fails if the queue is closed before the first connection to Redis. The unhandled rejection would end the
 * process with an error instead of an orderly stop.
 */
export function catchQueueRejections(queue: Queue): void {
  const internals = queue as unknown as QueueInternals;
  const setWorkerName = internals.setWorkerName.bind(queue);
  internals.setWorkerName = () =>
    setWorkerName().catch((error: unknown) => {
      const message = `Could not set the connection name of the ${queue.name} queue`;
      log[internals.closing ? 'debug' : 'error']({ message, err: error });
    });
}
