import { readRepositoryFile } from './repository-file.js';

/** Returns the variables that are in no section of docs/reference/configuration.md. */
export function findUndocumented(variables: Iterable<string>): string[] {
  const page = readRepositoryFile('docs/reference/configuration.md');
  const settings = new Set([...page.matchAll(/^### `([A-Z0-9_]+)`$/gm)].map(([, name]) => name));
  return [...variables].filter((variable) => {
    // `<NAME>_FILE` names the file of the secret `<NAME>`.
    const names = [variable, variable.replace(/_FILE$/, '')];
    return !names.some((name) => settings.has(name));
  });
}
