import { readFileSync } from 'node:fs';

export interface ResolvedVariables {
  variables: NodeJS.ProcessEnv;
  /** Names of the settings whose value is from a file. */
  fromFile: ReadonlySet<string>;
  /** One line for each file that cannot be used, beginning with the name of the variable. */
  problems: string[];
}

/** Returns the name of the variable that names the file of a secret. */
export const fileVariable = (setting: string): string => `${setting}_FILE`;

/**
 * Reads each secret whose `<NAME>_FILE` variable names a file, as Docker and Kubernetes mount
 * secrets. A trailing line break is not part of the secret. Problems contain no path, which may be
 * a secret in the wrong variable.
 */
export function readSecretFiles(
  source: NodeJS.ProcessEnv,
  secrets: Iterable<string>,
): ResolvedVariables {
  const variables = { ...source };
  const fromFile = new Set<string>();
  const problems: string[] = [];
  for (const setting of secrets) {
    const variable = fileVariable(setting);
    const path = source[variable]?.trim() ?? '';
    if (path === '') continue;
    if ((source[setting] ?? '').trim() !== '') {
      problems.push(`${variable}: ${setting} is set as well. Remove one of the two.`);
      continue;
    }
    try {
      variables[setting] = readSecret(path);
      fromFile.add(setting);
    } catch (error) {
      problems.push(`${variable}: ${(error as Error).message}`);
    }
  }
  return { variables, fromFile, problems };
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
