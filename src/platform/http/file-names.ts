import { trimCharacters } from './trim-characters.js';

/** Control, direction and line-breaking characters, and unpaired surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const NO_LETTERS = /[^\p{L}\p{N}\p{M}]+/gu;

/**
 * Sanitizes a file name that a client has sent: no folders, no unprintable characters.
 *
 * @param maxLength in characters
 * @param fallback the name if nothing is left
 */
export function sanitizeFileName(name: string, maxLength: number, fallback: string): string {
  const base = name.replace(/^.*[\\/]/s, '');
  return truncate(base.replace(UNPRINTABLE, '').trim(), maxLength) || fallback;
}

/**
 * Sanitizes any text as a part of a file name: letters and digits with a hyphen between words. It is never a
 * path, a hidden file or a device. Empty if the text has neither letters nor digits.
 *
 * @param maxLength in characters
 */
export const sanitizeNamePart = (text: string, maxLength: number): string =>
  trimCharacters(truncate(text.normalize('NFC').replace(NO_LETTERS, '-'), maxLength), '-');

const truncate = (text: string, length: number): string =>
  Array.from(text).slice(0, length).join('');
