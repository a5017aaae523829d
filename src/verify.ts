/**
 * `npm run verify`, `node dist/verify.js`: compares each stored file with its row. Does not start the app and,
 * without `--repair`, writes nothing. With a private PostgreSQL it uses the server of the running app, or starts
 * that server itself.
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
import { openStorage } from './platform/storage/open-storage.js';
import { CommandError, openCommandDatabase } from './command-database.js';
import { parseVerifyArguments, USAGE } from './modules/verify/verify-arguments.js';
import { FileVerification, type VerificationOptions } from './modules/verify/file-verification.js';
import { VerificationReport } from './modules/verify/verification-report.js';

const GOOD = 0;
const PROBLEMS = 1;
const NOT_VERIFIED = 2;

/** Error codes of a missing table or column. */
const SCHEMA_DIFFERS = new Set(['42P01', '42703']);

class NotVerifiedError extends Error {
  override name = 'NotVerifiedError';
}

async function main(): Promise<number> {
  const { json, help, ...options } = parseVerifyArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return GOOD;
  }
  const env = readEnv();
  const database = await openCommandDatabase(env);
  try {
    return await verify(database.url, env, options, new VerificationReport(process.stdout, json));
  } catch (error) {
    throw explain(error, env);
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
  const began = Date.now();
  // A repair reads rows outside its transaction.
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
    const identity = await new ArtifactsRepository(dataSource).readDatabaseId();
    await report.writeResult({
      totals,
      repair: options.repair,
      seconds: (Date.now() - began) / 1000,
      isOrphanCleanupOn: !(await store.isClaimedByAnotherDatabase(identity)),
      ownerMarker: store.ownerMarker,
    });
    return totals.problemCount > totals.repairCount ? PROBLEMS : GOOD;
  } finally {
    await dataSource.destroy();
  }
}

function explain(error: unknown, env: Env): unknown {
  if (SCHEMA_DIFFERS.has(String((error as { code?: unknown }).code))) {
    return new NotVerifiedError(
      'The database schema does not match this version of Pressroom. Start the app once, then verify again.',
    );
  }
  return toStartError(error, env) ?? error;
}

const isKnown = (error: unknown) =>
  error instanceof NotVerifiedError ||
  error instanceof CommandError ||
  error instanceof InvalidEnvironmentError ||
  error instanceof AppError;

// The reader has closed the pipe, for example `| head`.
process.stdout.on('error', () => process.exit(NOT_VERIFIED));

try {
  process.exitCode = await main();
} catch (error) {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const isUsage = code?.startsWith('ERR_PARSE_ARGS') ?? false;
  const text = isUsage ? `${message}\n\n${USAGE}` : isKnown(error) ? message : stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = NOT_VERIFIED;
}
