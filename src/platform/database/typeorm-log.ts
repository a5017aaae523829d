import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';

/**
 * Writes TypeORM messages to the log of the app instead of the console. Omits statements and their
 * parameters. Callers log their errors.
 */
export class TypeOrmLog implements TypeOrmLogger {
  private readonly output = new Logger('TypeORM');

  /** Logs the message of a failed migration at debug level. The caller of the migration logs the error. */
  logMigration(message: string): void {
    this.output.debug(message);
  }

  log(level: 'log' | 'info' | 'warn', message: unknown): void {
    if (level === 'warn') this.output.warn(String(message));
    else this.output.debug(String(message));
  }

  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
}
