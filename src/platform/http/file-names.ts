import { trimCharacters } from './trim-characters.js';

/** Control, direction and line-breaking characters, and unpaired surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NON_ALPHANUMERIC = /[^\p{L}\p{N}\p{M}]+/gu;

/**
 * Sanitizes a file name from a client. Removes folders and unprintable characters.
 *
 * @param maxLength in characters
 * @param fallback name to use if nothing is left
 */
export function sanitizeFileName(name: string, maxLength: number, fallback: string): string {
  const baseName = name.replace(/^.*[\\/]/s, '');
  return truncate(baseName.replace(UNPRINTABLE, '').trim(), maxLength) || fallback;
}

/**
 * Converts a text to a part of a file name: letters and digits, with a hyphen between words. The result is
 * never a path, a hidden file or a device name. It is empty if the text contains no letters or digits.
 *
 * @param maxLength in characters
 */
export const sanitizeNamePart = (text: string, maxLength: number): string =>
  trimCharacters(truncate(text.normalize('NFC').replace(NON_ALPHANUMERIC, '-'), maxLength), '-');

const truncate = (text: string, length: number): string =>
  Array.from(text).slice(0, length).join('');
