import { Logger } from '@nestjs/common';
import type { Queue } from 'bull';

type Loose = Record<'process' | 'setWorkerName', (...args: unknown[]) => Promise<unknown>> & {
  /** Set once `close()` was called. */
  closing?: Promise<void>;
};

const log = new Logger('Queues');

/**
 * Bull names its connection, and @nestjs/bull starts its processors, without waiting for the result.
 * Both fail when the queue is closed before Redis ever answered. An unhandled rejection would end the
 * process with an error instead of an orderly stop.
 */
export function containRejections(queue: Queue): void {
  const loose = queue as unknown as Loose;
  for (const method of ['process', 'setWorkerName'] as const) {
    const original = loose[method].bind(queue);
    loose[method] = (...args) =>
      original(...args).catch((error: unknown) => {
        const message = `${method}() of the ${queue.name} queue failed`;
        log[loose.closing ? 'debug' : 'error']({ message, err: error });
      });
  }
}
