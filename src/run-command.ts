import { AppError } from './platform/errors/app-error.js';
import { toStartError } from './platform/errors/start-errors.js';
import { findErrno } from './platform/errors/storage-errors.js';
import { type Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { listSecrets } from './platform/config/secrets.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { BackupError } from './modules/backup/backup-error.js';
import { CommandError } from './command-database.js';

const FAILED = 2;

export const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a command with the settings of the app. Prints known errors as their message, without secrets. */
export async function runCommand(
  usage: string,
  command: (env: () => Env) => Promise<number>,
): Promise<void> {
  let scrub = createPlainTextScrubber([]);
  let env: Env | undefined;
  const readSettings = () => {
    env = readEnv();
    scrub = createPlainTextScrubber(listSecrets(env));
    return env;
  };
  // The reader has closed the pipe, for example `| head`.
  process.stdout.on('error', () => process.exit(FAILED));
  try {
    process.exitCode = await command(readSettings);
  } catch (error) {
    process.stderr.write(scrub(`${describeError(error, env, usage)}\n`));
    process.exitCode = FAILED;
  }
}

function describeError(error: unknown, env: Env | undefined, usage: string): string {
  const known = (env && toStartError(error, env)) ?? error;
  const { message, stack = message, code } = known as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${usage}`;
  const isKnown =
    // A system error, e.g. a full disk, names the operation and the file.
    findErrno(known) !== undefined ||
    known instanceof AppError ||
    known instanceof BackupError ||
    known instanceof CommandError ||
    known instanceof InvalidEnvironmentError;
  return isKnown ? message : stack;
}
