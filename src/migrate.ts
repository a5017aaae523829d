/**
 * `npm run migrate`, `node dist/migrate.js`: applies pending migrations as a step of a deployment. Needs
 * DATABASE_URL, but no Redis.
 */
import 'reflect-metadata';
import { AppError } from './platform/errors/app-error.js';
import { toStartError } from './platform/errors/start-errors.js';
import { type Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { listSecrets } from './platform/config/secrets.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { type BlockedMigration, migrate } from './platform/database/migrate.js';
import { findPendingMigrations } from './platform/database/migration-history.js';
import { openForMigrations } from './platform/database/prepare-schema.js';

const USAGE = `Usage: npm run migrate
       npm run migrate -- --check
       node dist/migrate.js [--check]

Applies the pending migrations of this version to the database in DATABASE_URL. Processes of this version and of
the previous one can keep running. --check lists the pending migrations without applying them.

Exit codes: 0, the schema is current; 1, migrations are pending (--check); 2, failed.
`;

const EXIT_CURRENT = 0;
const EXIT_PENDING = 1;
const EXIT_FAILED = 2;

const writeLine = (line: string) => void process.stdout.write(`${line}\n`);

async function main(env: Env, isCheckOnly: boolean): Promise<number> {
  if (env.DATABASE_URL === undefined) {
    throw new InvalidEnvironmentError(
      'DATABASE_URL: is not set. The embedded PostgreSQL is migrated when Pressroom starts.',
    );
  }
  const dataSource = await openForMigrations({
    DATABASE_URL: env.DATABASE_URL,
    DATABASE_SCHEMA: env.DATABASE_SCHEMA,
    MIGRATE: isCheckOnly ? 'off' : 'auto',
  });
  try {
    if (isCheckOnly) {
      const pendingMigrations = await findPendingMigrations(dataSource);
      for (const name of pendingMigrations) writeLine(`Pending: ${name}`);
      if (pendingMigrations.length > 0) return EXIT_PENDING;
    } else {
      const appliedMigrations = await migrate(dataSource, reportBlocked);
      for (const name of appliedMigrations) writeLine(`Applied: ${name}`);
    }
    writeLine('The schema is current.');
    return EXIT_CURRENT;
  } finally {
    await dataSource.destroy();
  }
}

function reportBlocked({ pauseMs, blockedBy }: BlockedMigration): void {
  const sessions = blockedBy.map(({ pid, application_name: name }) => `${pid} (${name ?? ''})`);
  writeLine(
    `Waiting for a lock. Next attempt in ${pauseMs / 1000} s. Blocked by session: ${sessions.join(', ') || 'unknown'}`,
  );
}

const [option, ...extraArguments] = process.argv.slice(2);
if (extraArguments.length > 0 || ![undefined, '--check'].includes(option)) {
  process.stdout.write(USAGE);
  process.exit(option === '--help' ? EXIT_CURRENT : EXIT_FAILED);
}
let scrub = createPlainTextScrubber([]);
let env: Env | undefined;
try {
  env = readEnv();
  scrub = createPlainTextScrubber(listSecrets(env));
  process.exitCode = await main(env, option === '--check');
} catch (cause) {
  const error = (env && toStartError(cause, env)) ?? cause;
  const isKnown = error instanceof AppError || error instanceof InvalidEnvironmentError;
  const { message, stack } = error as Error;
  process.stderr.write(scrub(`${isKnown ? message : stack}\n`));
  process.exitCode = EXIT_FAILED;
}
