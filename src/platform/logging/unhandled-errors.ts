import type { Logger } from 'pino';

/**
 * Logs unhandled errors, then exits the process with code 1. The next start recovers the work in progress.
 * By default, Node.js would print the error with unmasked fields, such as the arguments of a failed
 * command.
 */
export function logUnhandledErrors(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error, event }, 'Pressroom is exiting because of an unhandled error');
      process.exit(1);
    });
  }
}
