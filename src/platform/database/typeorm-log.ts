import { Logger } from '@nestjs/common';
import type { Logger as TypeOrmLogger } from 'typeorm';

/**
 * Passes messages of TypeORM on to the log of the app; TypeORM's own logger writes to the console.
 * Statements and their parameters stay out of the log: errors reach it through their callers.
 */
export class TypeOrmLog implements TypeOrmLogger {
  private readonly output = new Logger('TypeORM');

  /** A migration that failed; whoever ran it gets the error and decides what to log. */
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
