import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ProcessingEnv } from './processing-env.js';
import { fileVariable, readSecretFiles } from './secret-files.js';
import { secretSettings } from './secret-setting.js';
import { roleConflicts } from './role-env.js';
import { storageConflicts } from './storage-settings.js';

/**
 * All settings with their defaults: each base class has those of one topic. A property is an environment
 * variable of the same name. `.env` in the working directory is read first and never overrides the environment.
 * `npm run reference` generates `.env.example` and `docs/reference/configuration.md` from the doc comments;
 * `@section` starts a section.
 */
export class Env extends ProcessingEnv {}

/** Thrown at the start; `message` names each invalid variable and the reason, one per line. */
export class InvalidEnvironmentError extends Error {
  override name = 'InvalidEnvironmentError';
}

/**
 * The only reader of the process environment. An empty value counts as absent, so `WEBHOOK_URL=` in
 * a compose file means "none".
 */
export function readEnv(source: NodeJS.ProcessEnv = environmentWithDotEnv()): Env {
  const known = Object.keys(new Env());
  const secrets = secretSettings(new Env());
  const { variables, fromFile, problems } = readSecretFiles(source, secrets.keys());
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  const given = known
    .filter((name) => (variables[name] ?? '').trim() !== '')
    .map((name) => [name, convert(name, variables[name]!.trim())]);
  const env = plainToInstance(Env, Object.fromEntries(given), { exposeDefaultValues: true });

  const invalid = validateSync(env, { skipMissingProperties: false });
  problems.push(
    ...invalid.map(({ property, constraints }) => {
      const value = JSON.stringify(variables[property] ?? '');
      // Other URLs may also contain a password.
      const isSecret = secrets.has(property) || /(_URL|_ENDPOINT)$/.test(property);
      // class-validator lists the checks from the last decorator to the first, which the others require.
      const reason = Object.values(constraints ?? {}).at(-1);
      const name = fromFile.has(property) ? fileVariable(property) : property;
      return `${name}${isSecret ? '' : `=${value}`}: ${reason}`;
    }),
  );
  if (problems.length === 0) problems.push(...storageConflicts(env), ...roleConflicts(env));
  if (problems.length > 0) throw new InvalidEnvironmentError(problems.join('\n'));
  return Object.freeze(env);
}

/** Numbers are converted strictly, by the type of the default: `12abc` stays a string and fails `@IsInt`. */
function convert(name: string, value: string): string | number {
  const isNumber = typeof new Env()[name as keyof Env] === 'number';
  return isNumber && /^-?\d+$/.test(value) ? Number(value) : value;
}

function environmentWithDotEnv(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
