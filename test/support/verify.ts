import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Env } from '../../src/platform/config/env.js';

const VERIFY_PATH = fileURLToPath(new URL('../../dist/verify.js', import.meta.url));

export interface VerifyResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the built `verify` command as an operator does, on a `DATA_DIR` and optionally a database. */
export function runVerify(
  installation: { dataDir: string; databaseUrl?: string; env?: Record<string, string> },
  ...args: string[]
): Promise<VerifyResult> {
  const settingNames = new Set(Object.keys(new Env()).flatMap((name) => [name, `${name}_FILE`]));
  const inheritedEntries = Object.entries(process.env).filter(([name]) => !settingNames.has(name));
  const env = {
    ...Object.fromEntries(inheritedEntries),
    DATA_DIR: installation.dataDir,
    DATABASE_URL: installation.databaseUrl,
    ...installation.env,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [VERIFY_PATH, ...args],
      // This folder has no `.env` file.
      { env, cwd: installation.dataDir, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** Returns the objects of a JSON report, one for each line. */
export const parseReportLines = ({ stdout }: VerifyResult): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
