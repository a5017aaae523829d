import { AppError } from './platform/errors/app-error.js';
import { toStartError } from './platform/errors/start-errors.js';
import { findErrno } from './platform/errors/storage-errors.js';
import { type Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { listSecrets } from './platform/config/secrets.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { BackupError } from './modules/backup/backup-error.js';
import { CommandError } from './command-database.js';

const EXIT_FAILED = 2;

export const writeLine = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a command with the app's settings. Prints only the message of known errors. Masks secrets. */
export async function runCommand(
  usage: string,
  command: (readSettings: () => Env) => Promise<number>,
): Promise<void> {
  let scrub = createPlainTextScrubber([]);
  let env: Env | undefined;
  const readSettings = () => {
    env = readEnv();
    scrub = createPlainTextScrubber(listSecrets(env));
    return env;
  };
  // Exits if the reader closes the pipe, for example `| head`.
  process.stdout.on('error', () => process.exit(EXIT_FAILED));
  try {
    process.exitCode = await command(readSettings);
  } catch (error) {
    process.stderr.write(scrub(`${describeError(error, env, usage)}\n`));
    process.exitCode = EXIT_FAILED;
  }
}

function describeError(error: unknown, env: Env | undefined, usage: string): string {
  const cause = (env && toStartError(error, env)) ?? error;
  const { message, stack = message, code } = cause as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${usage}`;
  const isKnown =
    // The message of a system error, such as a full disk, names the operation and the file.
    findErrno(cause) !== undefined ||
    cause instanceof AppError ||
    cause instanceof BackupError ||
    cause instanceof CommandError ||
    cause instanceof InvalidEnvironmentError;
  return isKnown ? message : stack;
}
