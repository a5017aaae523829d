/**
 * `npm run doctor`, `node dist/doctor.js`: checks the installation and names a fix for each problem. Does not
 * start the app or change anything.
 */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { listSecrets } from './platform/config/secrets.js';
import { findRunningPostgresUrl } from './platform/embedded/running-postgres.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { createCheckGroups } from './modules/doctor/check-groups.js';
import { collectFindings } from './modules/doctor/collect-findings.js';
import { parseDoctorArguments, USAGE } from './modules/doctor/doctor-arguments.js';
import { countByStatus, DoctorReport } from './modules/doctor/doctor-report.js';
import { error, type Finding, ok } from './modules/doctor/finding.js';

const EXIT_OK = 0;
const EXIT_ERRORS = 1;
const EXIT_WRONG_ARGUMENTS = 2;

interface Diagnosis {
  findings: Finding[];
  secrets: string[];
}

async function diagnose(): Promise<Diagnosis> {
  try {
    const env = readEnv();
    const databaseUrl = env.DATABASE_URL ?? findRunningPostgresUrl(env.DATA_DIR);
    const groups = createCheckGroups(env, databaseUrl);
    const groupFindings = await Promise.all(groups.map((group) => collectFindings(group)));
    return {
      findings: [ok('settings', 'All settings are valid.'), ...groupFindings.flat()],
      secrets: listSecrets(Object.assign(new Env(), env, { DATABASE_URL: databaseUrl })),
    };
  } catch (cause) {
    if (!(cause instanceof InvalidEnvironmentError)) throw cause;
    const findings = cause.message
      .split('\n')
      .map((line) =>
        error('settings', line, 'Correct the variable (docs/reference/configuration.md).'),
      );
    return { findings, secrets: [] };
  }
}

/** Exits explicitly, because an unresponsive server may keep a connection open. */
const writeAndExit = (text: string, exitCode: number): void =>
  void process.stdout.write(text, () => process.exit(exitCode));

// The checks report the problems that the app would log.
Logger.overrideLogger(false);
process.stdout.on('error', () => process.exit(EXIT_ERRORS));

try {
  const { json, help } = parseDoctorArguments(process.argv.slice(2));
  if (help) writeAndExit(USAGE, EXIT_OK);
  else {
    const { findings, secrets } = await diagnose();
    const report = new DoctorReport(json, createPlainTextScrubber(secrets));
    writeAndExit(
      report.formatFindings(findings),
      countByStatus(findings, 'error') > 0 ? EXIT_ERRORS : EXIT_OK,
    );
  }
} catch (cause) {
  const { message, stack, code } = cause as NodeJS.ErrnoException;
  const isUsageError = code?.startsWith('ERR_PARSE_ARGS') ?? false;
  process.stderr.write(isUsageError ? `${message}\n\n${USAGE}` : `${stack}\n`);
  process.exitCode = isUsageError ? EXIT_WRONG_ARGUMENTS : EXIT_ERRORS;
}
