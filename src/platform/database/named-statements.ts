import { Logger } from '@nestjs/common';

/** SQLSTATE duplicate_prepared_statement and invalid_sql_statement_name. */
const NAME_ERROR_CODES = new Set(['42P05', '26000']);

/**
 * Decides whether statements get a name, so PostgreSQL can reuse their plans. With PgBouncer, each
 * transaction may use another PostgreSQL connection, which does not know the names of this client.
 * This affects PgBouncer before 1.21, and later versions with `max_prepared_statements = 0`.
 */
export class NamedStatements {
  private isOn: boolean;

  constructor(setting: 'auto' | 'off') {
    this.isOn = setting === 'auto';
  }

  get isEnabled(): boolean {
    return this.isOn;
  }

  /**
   * Turns names off if PgBouncer caused the error. The statement was not executed, so it can be retried without
   * a name.
   *
   * @returns whether the caller must retry the statement
   */
  disableOnNameError(error: unknown): boolean {
    if (!NAME_ERROR_CODES.has(String((error as { code?: unknown }).code))) return false;
    if (this.isOn) {
      new Logger('Database').warn(
        'PgBouncer or another proxy shares connections between transactions. Named prepared statements are off until the next restart. Set DATABASE_PREPARED_STATEMENTS=off, or max_prepared_statements in PgBouncer 1.21 or later.',
      );
    }
    this.isOn = false;
    return true;
  }
}
