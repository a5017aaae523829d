import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Env } from '../../src/platform/config/env.js';

const VERIFY = fileURLToPath(new URL('../../dist/verify.js', import.meta.url));

export interface VerifyRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the built verification as an operator does, on a `DATA_DIR` and optionally a database. */
export function runVerify(
  installation: { dataDir: string; databaseUrl?: string; env?: Record<string, string> },
  ...args: string[]
): Promise<VerifyRun> {
  const settings = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));
  const inherited = Object.entries(process.env).filter(([name]) => !settings.has(name));
  const env = {
    ...Object.fromEntries(inherited),
    DATA_DIR: installation.dataDir,
    DATABASE_URL: installation.databaseUrl,
    ...installation.env,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [VERIFY, ...args],
      // In a folder without a `.env`.
      { env, cwd: installation.dataDir, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** The objects of a report in JSON. */
export const linesOf = ({ stdout }: VerifyRun): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
