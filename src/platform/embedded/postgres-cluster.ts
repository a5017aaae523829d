import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { chown, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../errors/app-error.js';
import { EmbeddedServerError, EmbeddedUnsupportedError } from './errors.js';
import { startGuardedProcess } from './guarded-process.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { readProcessIdentity } from './process-identity.js';
import { type UnprivilegedUser, changeOwner } from './unprivileged-user.js';

export interface PostgresCluster {
  dataDirectory: string;
  password: string;
}

export const DATABASE_USER = 'pressroom';

/** Password file inside the cluster, so the cluster and its password are created and removed together. */
export const PASSWORD_FILE = 'pressroom.password';

/**
 * Returns the cluster in `directory/data`. initdb creates a missing cluster under a temporary name. The
 * complete cluster is renamed, so a killed initdb leaves no partial cluster in `data`. initdb syncs its files
 * to disk, because the server does not sync them. This takes half a second.
 */
export async function openCluster(
  directory: string,
  binaries: PostgresBinaries,
  runAs: UnprivilegedUser,
): Promise<PostgresCluster> {
  const dataDirectory = join(directory, 'data');
  if (!existsSync(join(dataDirectory, 'PG_VERSION'))) {
    await removeUnfinishedClusters(directory);
    await createCluster(directory, dataDirectory, binaries, runAs);
  }
  changeOwner(dataDirectory, runAs);
  const password = await readFile(join(dataDirectory, PASSWORD_FILE), 'utf8');
  return { dataDirectory, password: password.trim() };
}

async function createCluster(
  directory: string,
  dataDirectory: string,
  binaries: PostgresBinaries,
  runAs: UnprivilegedUser,
): Promise<void> {
  const temporaryDirectory = join(directory, `initdb.${readProcessIdentity(process.pid)!}`);
  const newDataDirectory = join(temporaryDirectory, 'data');
  const passwordFile = join(temporaryDirectory, PASSWORD_FILE);
  mkdirSync(newDataDirectory, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (process.getuid!() === 0) await chown(newDataDirectory, runAs.uid, runAs.gid);

  const initdb = startGuardedProcess({
    command: [
      ...runAs.commandPrefix,
      binaries.initdb,
      `--pgdata=${newDataDirectory}`,
      `--username=${DATABASE_USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    signal: 'INT',
    directory: temporaryDirectory,
    logFile: join(temporaryDirectory, 'initdb.log'),
  });
  const status = await initdb.exited;
  if (status !== 0) {
    const output = (await readFile(join(temporaryDirectory, 'initdb.log'), 'utf8')).trim();
    await rm(temporaryDirectory, { recursive: true, force: true });
    throw toInitdbError(status, output, directory);
  }
  await rename(passwordFile, join(newDataDirectory, PASSWORD_FILE));
  await syncDirectory(newDataDirectory);
  await moveIntoPlace(newDataDirectory, dataDirectory);
  await syncDirectory(directory);
  await rm(temporaryDirectory, { recursive: true, force: true });
}

function toInitdbError(status: number, output: string, directory: string): AppError {
  const lastLines = output.split('\n').slice(-2).join(' | ');
  // The shell cannot run the program (126), or the program or one of its libraries is missing (127).
  if (status === 126 || status === 127) {
    return new EmbeddedUnsupportedError(
      `PostgreSQL does not run on this system (it needs glibc): ${lastLines}`,
    );
  }
  const message = `PostgreSQL's initdb failed in ${directory} (status ${status}): ${lastLines}`;
  return new EmbeddedServerError(message, output);
}

/** Renames the new cluster. Keeps the cluster of another app that started at the same time. */
async function moveIntoPlace(newDataDirectory: string, dataDirectory: string): Promise<void> {
  try {
    await rename(newDataDirectory, dataDirectory);
  } catch (cause) {
    if (existsSync(join(dataDirectory, 'PG_VERSION'))) return;
    const code = (cause as NodeJS.ErrnoException).code;
    throw new EmbeddedServerError(
      `${dataDirectory} is not a PostgreSQL cluster and cannot be replaced (${code}). Move it to another directory.`,
      '',
      cause,
    );
  }
}

async function removeUnfinishedClusters(directory: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    const identity = /^initdb\.(.+)$/.exec(name)?.[1];
    if (identity === undefined || readProcessIdentity(Number.parseInt(identity, 10)) === identity) {
      continue;
    }
    // The initdb process of a killed app may still be removing its files.
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
