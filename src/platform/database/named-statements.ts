import { Logger } from '@nestjs/common';

/** SQLSTATE duplicate_prepared_statement and invalid_sql_statement_name. */
const MISMATCHES = new Set(['42P05', '26000']);

/**
 * Decides whether statements have a name on the server, which keeps their plans. With PgBouncer,
 * each transaction may use another PostgreSQL connection, which lacks the names of this client.
 * This affects versions before 1.21, and later ones with `max_prepared_statements = 0`.
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
   * Turns names off if PgBouncer is the cause of `error`. The statement was not executed, so it can be repeated
   * without a name.
   *
   * @returns whether the statement has to be repeated
   */
  disableAfter(error: unknown): boolean {
    if (!MISMATCHES.has(String((error as { code?: unknown }).code))) return false;
    if (this.isOn) {
      new Logger('Database').warn(
        'PgBouncer or another proxy shares connections between transactions. Named prepared statements are off until the next start. Set DATABASE_PREPARED_STATEMENTS=off, or max_prepared_statements in PgBouncer 1.21 or later.',
      );
    }
    this.isOn = false;
    return true;
  }
}
