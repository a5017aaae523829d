import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ProcessingEnv } from './processing-env.js';
import { toFileVariable, readSecretFiles } from './secret-files.js';
import { listSecretSettings } from './secret-setting.js';
import { findRoleConflicts } from './role-env.js';
import { findStorageConflicts } from './storage-settings.js';

/**
 * All settings with their defaults. Each base class defines the settings of one topic. Each property is named
 * after its environment variable. `.env` in the working directory never overrides variables that are set.
 * `npm run reference` generates `.env.example` and `docs/reference/configuration.md` from the doc comments;
 * `@section` starts a section.
 */
export class Env extends ProcessingEnv {}

/** Thrown at startup. Each line of `message` names an invalid variable and the reason. */
export class InvalidEnvironmentError extends Error {
  override name = 'InvalidEnvironmentError';
}

/**
 * Reads and validates all settings. An empty value counts as absent, so `WEBHOOK_URL=` in a Compose
 * file leaves the setting unset.
 * @throws InvalidEnvironmentError if a value is invalid
 */
export function readEnv(source: NodeJS.ProcessEnv = loadEnvironment()): Env {
  const names = Object.keys(new Env());
  const secrets = listSecretSettings(new Env());
  const { variables, settingsFromFile, problems } = readSecretFiles(source, secrets.keys());
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  const values = names
    .filter((name) => (variables[name] ?? '').trim() !== '')
    .map((name) => [name, convertValue(name, variables[name]!.trim())]);
  const env = plainToInstance(Env, Object.fromEntries(values), { exposeDefaultValues: true });

  const validationErrors = validateSync(env, { skipMissingProperties: false });
  problems.push(
    ...validationErrors.map(({ property, constraints }) => {
      const value = JSON.stringify(variables[property] ?? '');
      // URLs that are not marked as secret may also contain a password.
      const isSecret = secrets.has(property) || /(_URL|_ENDPOINT)$/.test(property);
      // class-validator lists the last decorator first. The first decorator contains the basic check.
      const reason = Object.values(constraints ?? {}).at(-1);
      const name = settingsFromFile.has(property) ? toFileVariable(property) : property;
      return `${name}${isSecret ? '' : `=${value}`}: ${reason}`;
    }),
  );
  if (problems.length === 0) problems.push(...findStorageConflicts(env), ...findRoleConflicts(env));
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  return Object.freeze(env);
}

/** Converts a value to a number if the default is one. `12abc` stays a string and fails `@IsInt`. */
function convertValue(name: string, value: string): string | number {
  const isNumber = typeof new Env()[name as keyof Env] === 'number';
  return isNumber && /^-?\d+$/.test(value) ? Number(value) : value;
}

/** Returns the environment, including the variables in `.env`. */
function loadEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
