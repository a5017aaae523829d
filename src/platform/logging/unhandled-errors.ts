import type { Logger } from 'pino';

/**
 * Logs an error that no code handled, then ends the process with exit code 1. What was running is
 * recovered by the next start. Without this, Node.js prints the error with all its fields, such as the
 * arguments of a failed command, and past the scrubbing of the log.
 */
export function logUnhandledErrors(logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal(
        { err: error, event },
        'Pressroom ends because of an error that was not handled',
      );
      process.exit(1);
    });
  }
}
