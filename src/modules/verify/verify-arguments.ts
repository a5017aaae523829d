import { parseArgs } from 'node:util';
import type { VerificationOptions } from './file-verification.js';

export interface VerifyArguments extends VerificationOptions {
  json: boolean;
  help: boolean;
}

export const USAGE = `Usage: npm run verify -- [--deep] [--repair] [--json]
       node dist/verify.js [--deep] [--repair] [--json]

Checks that every file recorded in the database exists in storage and has the recorded size.
Reads the settings of the app (DATABASE_URL, DATA_DIR). Is safe to run while the app is running.

  --deep    Reads every file and compares its SHA-256 checksum.
  --repair  Makes the images of lost files pending again, so they are recompressed.
  --json    Prints one JSON object per line.
  --help    Prints this text.

Exit codes: 0, all files are present or were repaired; 1, files have problems; 2, not verified.
`;

/** @throws TypeError that names the invalid argument */
export function parseVerifyArguments(args: string[]): VerifyArguments {
  const booleanOption = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: {
      deep: booleanOption,
      repair: booleanOption,
      json: booleanOption,
      help: booleanOption,
    },
    allowPositionals: false,
  });
  return values;
}
