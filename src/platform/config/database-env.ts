import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { parseDatabaseUrl, parseReplicaUrl } from './database-url.js';
import { ParsedBy } from './parsed-by.js';
import { RedisEnv } from './redis-env.js';
import { Secret } from './secret-setting.js';

/** PostgreSQL settings. */
export class DatabaseEnv extends RedisEnv {
  /**
   * PostgreSQL 15 or later, e.g. `postgres://user:password@host:5432/pressroom`. Add
   * `?sslmode=verify-full` for TLS, and `&sslrootcert=/path/ca.pem` for a private certificate authority.
   * With several hosts (`host1:5432,host2:5432`), Pressroom connects to the first one that accepts writes.
   * By default, Pressroom starts an embedded server under `DATA_DIR`.
   * @section PostgreSQL
   */
  @Secret('url')
  @IsOptional()
  @ParsedBy(parseDatabaseUrl)
  DATABASE_URL?: string = undefined;

  /**
   * URL of a read replica of `DATABASE_URL` that uses streaming replication, with one host. The replica
   * serves CSV downloads and statistics once it has replayed the latest writes of the primary. Until then,
   * the primary serves them.
   */
  @Secret('url')
  @IsOptional()
  @ParsedBy(parseReplicaUrl)
  DATABASE_REPLICA_URL?: string = undefined;

  /**
   * Schema that contains the tables. Defaults to the first schema in the user's `search_path`, usually
   * `public`. Pressroom sends it as a startup parameter, which PgBouncer rejects. With PgBouncer, use
   * `ALTER ROLE … SET search_path` instead.
   */
  @Matches(/^(?:[a-z_][a-z0-9_]{0,62})?$/, {
    message: 'DATABASE_SCHEMA must consist of lowercase letters, digits and _',
  })
  DATABASE_SCHEMA = '';

  /**
   * Whether PostgreSQL prepares frequent statements and reuses their plans. `auto` turns this off when
   * PgBouncer shares connections in transaction mode; `off` never prepares statements.
   */
  @IsIn(['auto', 'off'])
  DATABASE_PREPARED_STATEMENTS: 'auto' | 'off' = 'auto';

  /** Maximum number of connections that one process opens to PostgreSQL. */
  @IsInt()
  @Min(2)
  @Max(500)
  DATABASE_CONNECTIONS = 10;

  /**
   * Time limit for the response to a statement, in seconds. After that, the connection is closed and
   * the statement fails. Migrations have no time limit.
   */
  @IsInt()
  @Min(1)
  @Max(3600)
  DATABASE_TIMEOUT_SECONDS = 20;

  /**
   * Whether Pressroom applies pending migrations at startup: `auto`, or `off` if your deployment runs
   * `npm run migrate`. With `off`, startup fails if migrations are pending, and the error lists them.
   */
  @IsIn(['auto', 'off'])
  MIGRATE: 'auto' | 'off' = 'auto';
}
