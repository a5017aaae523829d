import { parseArgs } from 'node:util';
import type { VerifyOptions } from './verify-files.js';

export interface VerifyArguments extends VerifyOptions {
  json: boolean;
  help: boolean;
}

export const USAGE = `Usage: npm run verify -- [--deep] [--repair] [--json]
       node dist/verify.js [--deep] [--repair] [--json]

Checks that every file that the database names is in DATA_DIR/artifacts with its size.
Reads the settings of the app (DATABASE_URL, DATA_DIR). Safe while the app runs.

  --deep    Reads every file and compares its SHA-256 checksum.
  --repair  Returns the images of lost files to pending, to compress them again.
  --json    Prints one JSON object per line.
  --help    Prints this text.

Exit codes: 0, all files are present or were repaired; 1, files have problems; 2, not verified.
`;

/** @throws TypeError that names the invalid argument */
export function parseVerifyArguments(args: string[]): VerifyArguments {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: { deep: flag, repair: flag, json: flag, help: flag },
    allowPositionals: false,
  });
  return values;
}
