import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { chown, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../errors/app-error.js';
import { EmbeddedServerError, EmbeddedUnsupportedError } from './errors.js';
import { startGuardedProcess } from './guarded-process.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { processIdentity } from './process-identity.js';
import { type Unprivileged, changeOwner } from './unprivileged.js';

export interface PostgresCluster {
  dataDirectory: string;
  password: string;
}

export const DATABASE_USER = 'pressroom';

/** Stored inside the cluster, so cluster and password are created and removed together. */
export const PASSWORD_FILE = 'pressroom.password';

/**
 * Returns the cluster in `directory/data`. initdb creates a missing cluster under another name. It is
 * renamed when it is complete, so a kill leaves no partial cluster. initdb syncs its files (half a second in
 * all), because the server would not.
 */
export async function openCluster(
  directory: string,
  binaries: PostgresBinaries,
  runAs: Unprivileged,
): Promise<PostgresCluster> {
  const dataDirectory = join(directory, 'data');
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) {
    await removeUnfinished(directory);
    await initialize(directory, dataDirectory, binaries, runAs);
  }
  changeOwner(dataDirectory, runAs);
  const password = await readFile(join(dataDirectory, PASSWORD_FILE), 'utf8');
  return { dataDirectory, password: password.trim() };
}

async function initialize(
  directory: string,
  dataDirectory: string,
  binaries: PostgresBinaries,
  runAs: Unprivileged,
): Promise<void> {
  const unfinished = join(directory, `initdb.${processIdentity(process.pid)!}`);
  const data = join(unfinished, 'data');
  const passwordFile = join(unfinished, PASSWORD_FILE);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (process.getuid!() === 0) await chown(data, runAs.uid, runAs.gid);

  const initdb = startGuardedProcess({
    command: [
      ...runAs.prefix,
      binaries.initdb,
      `--pgdata=${data}`,
      `--username=${DATABASE_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    signal: 'INT',
    directory: unfinished,
    logFile: join(unfinished, 'initdb.log'),
  });
  const status = await initdb.exited;
  if (status !== 0) {
    const printed = (await readFile(join(unfinished, 'initdb.log'), 'utf8')).trim();
    await rm(unfinished, { recursive: true, force: true });
    throw initdbFailure(status, printed, directory);
  }
  await rename(passwordFile, join(data, PASSWORD_FILE));
  await syncDirectory(data);
  await putInPlace(data, dataDirectory);
  await syncDirectory(directory);
  await rm(unfinished, { recursive: true, force: true });
}

function initdbFailure(status: number, printed: string, directory: string): AppError {
  const output = printed.split('\n').slice(-2).join(' | ');
  // Exit status of a shell that cannot run a program, and of the loader when a library is missing.
  if (status === 126 || status === 127) {
    return new EmbeddedUnsupportedError(`PostgreSQL does not run here (it needs glibc): ${output}`);
  }
  const where = `initdb failed in ${directory} (status ${status})`;
  return new EmbeddedServerError(`PostgreSQL's ${where}: ${output}`, printed);
}

/** Accepts the cluster of another app that started at the same moment. */
async function putInPlace(data: string, dataDirectory: string): Promise<void> {
  try {
    await rename(data, dataDirectory);
  } catch (cause) {
    if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
    const why = (cause as NodeJS.ErrnoException).code;
    throw new EmbeddedServerError(
      `${dataDirectory} is not a PostgreSQL cluster and cannot be replaced (${why}): move it away`,
      '',
      cause,
    );
  }
}

async function removeUnfinished(directory: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    const identity = /^initdb\.(.+)$/.exec(name)?.[1];
    if (identity === undefined || processIdentity(Number.parseInt(identity, 10)) === identity) {
      continue;
    }
    // The initdb of a killed app may still be cleaning up.
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 20 });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
