import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { parseDatabaseUrl, parseReplicaUrl } from './database-url.js';
import { ParsedBy } from './parsed-by.js';
import { RedisEnv } from './redis-env.js';
import { Secret } from './secret-setting.js';

/** Settings of PostgreSQL. */
export class DatabaseEnv extends RedisEnv {
  /**
   * PostgreSQL 15 or later, e.g. `postgres://user:password@host:5432/pressroom`. Add
   * `?sslmode=verify-full` for TLS, and `&sslrootcert=/path/ca.pem` for a private certificate authority.
   * With several hosts (`host1:5432,host2:5432`), Pressroom connects to the first one that accepts writes.
   * Without it, Pressroom starts a private server under `DATA_DIR`.
   * @section PostgreSQL
   */
  @Secret('url')
  @IsOptional()
  @ParsedBy(parseDatabaseUrl)
  DATABASE_URL?: string = undefined;

  /**
   * Read replica of `DATABASE_URL` by streaming replication, in the same form, with one host. It serves
   * product files and statistics once it has replayed what the primary has written. Otherwise the primary
   * serves them.
   */
  @Secret('url')
  @IsOptional()
  @ParsedBy(parseReplicaUrl)
  DATABASE_REPLICA_URL?: string = undefined;

  /**
   * Schema of the tables. Without it, the first schema of the user's `search_path`, which is `public` by
   * default. Sent as a startup parameter, which PgBouncer rejects: use `ALTER ROLE … SET search_path` there.
   */
  @Matches(/^(?:[a-z_][a-z0-9_]{0,62})?$/, {
    message: 'DATABASE_SCHEMA must consist of lower-case letters, digits and _',
  })
  DATABASE_SCHEMA = '';

  /**
   * Whether PostgreSQL keeps the plans of frequent statements. `auto` stops it when PgBouncer in
   * transaction mode shares connections; `off` never starts it.
   */
  @IsIn(['auto', 'off'])
  DATABASE_PREPARED_STATEMENTS: 'auto' | 'off' = 'auto';

  /** Maximum number of connections that one app opens to PostgreSQL. */
  @IsInt()
  @Min(2)
  @Max(500)
  DATABASE_CONNECTIONS = 10;

  /**
   * Seconds to wait for the response to a statement. The connection is then closed and the
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
