/**
 * `npm run verify`, `node dist/verify.js`: compares each stored file with its row. Does not start the app.
 * Writes only with `--repair`. Uses the embedded PostgreSQL of a running app, or starts it.
 */
import 'reflect-metadata';
import { resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { AppError } from './platform/errors/app-error.js';
import { toStartError } from './platform/errors/start-errors.js';
import { type Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import { ArtifactRepairRepository } from './platform/database/repositories/artifact-repair.js';
import { ArtifactVerificationRepository } from './platform/database/repositories/artifact-verification.js';
import { ArtifactsRepository } from './platform/database/repositories/artifacts.js';
import { openStorage } from './platform/storage/storage-drivers.js';
import { CommandError, openCommandDatabase } from './command-database.js';
import { parseVerifyArguments, USAGE } from './modules/verify/verify-arguments.js';
import { FileVerification, type VerificationOptions } from './modules/verify/file-verification.js';
import { VerificationReport } from './modules/verify/verification-report.js';

const EXIT_OK = 0;
const EXIT_PROBLEMS = 1;
const EXIT_NOT_VERIFIED = 2;

/** PostgreSQL error codes for a missing table or column. */
const SCHEMA_ERROR_CODES = new Set(['42P01', '42703']);

class NotVerifiedError extends Error {
  override name = 'NotVerifiedError';
}

async function main(): Promise<number> {
  const { json, help, ...options } = parseVerifyArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return EXIT_OK;
  }
  const env = readEnv();
  const database = await openCommandDatabase(env);
  try {
    return await verify(database.url, env, options, new VerificationReport(process.stdout, json));
  } catch (error) {
    throw explainError(error, env);
  } finally {
    await database.close();
  }
}

async function verify(
  url: string,
  env: Env,
  options: VerificationOptions,
  report: VerificationReport,
): Promise<number> {
  const store = await openStorage(env);
  if (!(await store.exists())) {
    throw new NotVerifiedError(
      `${resolve(env.DATA_DIR, 'artifacts')} does not exist. Check DATA_DIR, and that its disk is mounted.`,
    );
  }
  const startedAt = Date.now();
  // A repair needs a second connection, because it reads rows outside its transaction.
  const { DATABASE_SCHEMA: schema } = env;
  const dataSource = await new DataSource(
    dataSourceOptions(url, options.repair ? 2 : 1, { schema }),
  ).initialize();
  try {
    const verification = new FileVerification(
      {
        rows: new ArtifactVerificationRepository(dataSource),
        repairs: new ArtifactRepairRepository(dataSource),
        store,
      },
      options,
    );
    for await (const problem of verification.findProblems()) await report.writeProblem(problem);
    const { totals } = verification;
    const databaseId = await new ArtifactsRepository(dataSource).readDatabaseId();
    await report.writeResult({
      totals,
      repair: options.repair,
      seconds: (Date.now() - startedAt) / 1000,
      isOrphanCleanupOn: !(await store.isClaimedByAnotherDatabase(databaseId)),
      ownerMarker: store.ownerMarker,
    });
    return totals.problemCount > totals.repairCount ? EXIT_PROBLEMS : EXIT_OK;
  } finally {
    await dataSource.destroy();
  }
}

function explainError(error: unknown, env: Env): unknown {
  if (SCHEMA_ERROR_CODES.has(String((error as { code?: unknown }).code))) {
    return new NotVerifiedError(
      'The database schema does not match this version of Pressroom. Start the app once, then verify again.',
    );
  }
  return toStartError(error, env) ?? error;
}

const isKnownError = (error: unknown) =>
  error instanceof NotVerifiedError ||
  error instanceof CommandError ||
  error instanceof InvalidEnvironmentError ||
  error instanceof AppError;

// Exits if the reader closes the pipe, for example `| head`.
process.stdout.on('error', () => process.exit(EXIT_NOT_VERIFIED));

try {
  process.exitCode = await main();
} catch (error) {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const isUsageError = code?.startsWith('ERR_PARSE_ARGS') ?? false;
  const text = isUsageError ? `${message}\n\n${USAGE}` : isKnownError(error) ? message : stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = EXIT_NOT_VERIFIED;
}
