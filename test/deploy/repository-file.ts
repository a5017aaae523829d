import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns the absolute path of a file in the repository. */
export const repositoryPath = (name: string): string =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url));

export const readRepositoryFile = (name: string): string =>
  readFileSync(repositoryPath(name), 'utf8');
