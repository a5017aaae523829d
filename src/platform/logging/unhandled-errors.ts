import type { Logger } from 'pino';

/**
 * Logs an error that no code handled, then ends the process with exit code 1. The next start
 * recovers the work in progress. Without this, Node.js prints the error without scrubbing, with fields such
 * as the arguments of a failed command.
 */
export function logUnhandledErrors(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error, event }, 'Pressroom stops because of an unhandled error');
      process.exit(1);
    });
  }
}
