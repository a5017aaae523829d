import { readFileSync } from 'node:fs';

/**
 * Reads a certificate or a private key in PEM format. Returns undefined for an empty path.
 * @throws Error with the reason if the file is unreadable or not in PEM format
 */
export function readPemFile(path: string): string | undefined {
  if (path === '') return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`the file cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  if (!text.includes('-----BEGIN ')) throw new Error('the file is not in PEM format');
  return text;
}
