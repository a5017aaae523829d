import { IsIn, IsInt, IsOptional, IsUrl, Max, Min } from 'class-validator';
import { serverUrl } from './server-url.js';
import { StorageEnv } from './storage-env.js';

/** Settings of PostgreSQL. */
export class DatabaseEnv extends StorageEnv {
  /**
   * PostgreSQL 15 or later, e.g. `postgres://user:password@host:5432/pressroom`. Add
   * `?sslmode=verify-full` for TLS. Without it, Pressroom starts a private server under `DATA_DIR`.
   * @section PostgreSQL
   */
  @IsOptional()
  @IsUrl(serverUrl('postgres', 'postgresql'))
  DATABASE_URL?: string = undefined;

  /** Maximum number of connections that one app opens to PostgreSQL. */
  @IsInt()
  @Min(2)
  @Max(500)
  DATABASE_CONNECTIONS = 10;

  /**
   * Seconds to wait for PostgreSQL's answer to a statement. Then the connection is closed and the
   * statement fails. Migrations have no timeout.
   */
  @IsInt()
  @Min(1)
  @Max(3600)
  DATABASE_TIMEOUT_SECONDS = 20;

  /**
   * Whether a start applies pending migrations: `auto`, or `off` if `npm run migrate` is a step of the
   * deployment. With `off`, a start on an older schema fails and names the pending migrations.
   */
  @IsIn(['auto', 'off'])
  MIGRATE: 'auto' | 'off' = 'auto';
}
