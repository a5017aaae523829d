import { readFileSync } from 'node:fs';

export interface ResolvedVariables {
  variables: NodeJS.ProcessEnv;
  /** Names of the settings whose values were read from files. */
  settingsFromFile: ReadonlySet<string>;
  /** One line for each file that cannot be used, beginning with the name of the variable. */
  problems: string[];
}

/** Returns the variable with the path of a secret file, for example `API_KEYS_FILE`. */
export const toFileVariable = (setting: string): string => `${setting}_FILE`;

/**
 * Reads the secrets whose `<NAME>_FILE` variable contains a path, such as the path of a Docker or
 * Kubernetes secret. A trailing line break is not part of the secret. Problems do not quote the path, because it may
 * be a secret in the wrong variable.
 */
export function readSecretFiles(
  source: NodeJS.ProcessEnv,
  secrets: Iterable<string>,
): ResolvedVariables {
  const variables = { ...source };
  const settingsFromFile = new Set<string>();
  const problems: string[] = [];
  for (const setting of secrets) {
    const variable = toFileVariable(setting);
    const path = source[variable]?.trim() ?? '';
    if (path === '') continue;
    if ((source[setting] ?? '').trim() !== '') {
      problems.push(`${variable}: ${setting} is also set. Remove one of the two variables.`);
      continue;
    }
    try {
      variables[setting] = readSecret(path);
      settingsFromFile.add(setting);
    } catch (error) {
      problems.push(`${variable}: ${(error as Error).message}`);
    }
  }
  return { variables, settingsFromFile, problems };
}

function readSecret(path: string): string {
  const text = readText(path)
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '');
  if (text.trim() === '') throw new Error('the file is empty. Write the secret to it.');
  return text;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`the file cannot be read (${code}). Check its path and its permissions.`, {
      cause: error,
    });
  }
}
