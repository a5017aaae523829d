import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';

/**
 * Writes messages of TypeORM to the log of the app instead of the console. Omits statements and their
 * parameters. Callers log the errors.
 */
export class TypeOrmLog implements TypeOrmLogger {
  private readonly output = new Logger('TypeORM');

  /** Logs a failed migration. Its caller receives the error and decides how to log it. */
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
