import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';

interface QueueInternals {
  setWorkerName: () => Promise<unknown>;
  /** Set by `close()`. */
  closing?: Promise<void>;
}

const log = new Logger('Queues');

/**
 * Handles a rejection that Bull ignores. Bull sets the name of its connection without waiting for the
 * result. This fails if the queue is closed before the first connection to Redis. Unhandled, the rejection
 * would end the process with an error instead of a graceful stop.
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
