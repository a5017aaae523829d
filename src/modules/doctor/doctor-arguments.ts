import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run doctor -- [--json]
       node dist/doctor.js [--json]

Checks the installation: settings, PostgreSQL, Redis, storage, reverse proxy and machine.
Reads the settings of the app. Changes nothing and is safe to run while the app is running.

  --json    Prints one JSON object per line.
  --help    Prints this text.

Exit codes: 0, no errors; 1, at least one error; 2, invalid arguments.
`;

/** @throws TypeError that names the invalid argument */
export function parseDoctorArguments(args: string[]): { json: boolean; help: boolean } {
  const booleanOption = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: { json: booleanOption, help: booleanOption },
    allowPositionals: false,
  });
  return values;
}
