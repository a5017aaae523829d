import { readRepositoryFile } from './repository-file.js';

/** Returns the variables that docs/reference/configuration.md does not describe. */
export function findUndocumentedSettings(variables: Iterable<string>): string[] {
  const page = readRepositoryFile('docs/reference/configuration.md');
  const settings = new Set([...page.matchAll(/^### `([A-Z0-9_]+)`$/gm)].map(([, name]) => name));
  return [...variables].filter((variable) => {
    // `<NAME>_FILE` contains the path of a file with the secret `<NAME>`.
    const names = [variable, variable.replace(/_FILE$/, '')];
    return !names.some((name) => settings.has(name));
  });
}
