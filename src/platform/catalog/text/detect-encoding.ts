import { isUtf8 } from 'node:buffer';
import type { Encoding } from './encodings.js';
import { LETTER_MODELS } from './letter-models.js';
import { scoreDoubleBytes } from './score-double-bytes.js';
import { scoreLetters } from './score-letters.js';

/** A byte order mark, or the zeros of UTF-16. */
export interface UnicodeMark {
  encoding: Encoding;
  bomBytes: number;
}

const SAMPLE_BYTES = 4096;
/** Length of the sample, in bytes: a few hundred words. */
const MAX_WORDS_LENGTH = 4 * 1024;

/** Returns the encoding if the first bytes identify it. Undefined for all others, and for UTF-8 without a mark. */
export function unicodeMark(head: Buffer): UnicodeMark | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) {
    return { encoding: 'utf-8', bomBytes: 3 };
  }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const encoding = utf16ByZeros(head.subarray(0, SAMPLE_BYTES));
  return encoding && { encoding, bomBytes: 0 };
}

/** Headers and URLs are ASCII, so in UTF-16 nearly every second byte of the head is zero. */
function utf16ByZeros(sample: Buffer): Encoding | undefined {
  const pairs = sample.length >> 1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    if (sample[i] === 0) even++;
    if (sample[i + 1] === 0) odd++;
  }
  const many = pairs * 0.4;
  const few = pairs * 0.05;
  if (odd > many && even <= few) return 'utf-16le';
  if (even > many && odd <= few) return 'utf-16be';
  return undefined;
}

/**
 * Detects the encoding of a sample with bytes above 0x7F. It is UTF-8 if valid multi-byte characters
 * outnumber invalid bytes. Some files have a few texts that were cut inside a character.
 */
export function detectEncoding(sample: Buffer): Encoding {
  if (isUtf8(sample)) return 'utf-8';
  const { characters, invalid } = countUtf8(sample);
  if (characters > 0 && characters >= 2 * invalid) return 'utf-8';
  const words = nonAsciiWords(sample);
  const scores = [
    ...LETTER_MODELS.map((model) => ({
      encoding: model.encoding,
      score: scoreLetters(words, model),
    })),
    ...scoreDoubleBytes(words),
  ];
  return scores.reduce((best, next) => (next.score > best.score ? next : best)).encoding;
}

function countUtf8(bytes: Buffer): { characters: number; invalid: number } {
  const counts = { characters: 0, invalid: 0 };
  for (let at = 0; at < bytes.length;) {
    const width = bytes[at] < 0x80 ? 1 : utf8Width(bytes, at);
    if (width > 1) counts.characters++;
    else if (width === 0 && at < bytes.length - 3) counts.invalid++;
    at += Math.max(1, width);
  }
  return counts;
}

/** Number of bytes of the multi-byte character at `at`; 0 if there is none (RFC 3629). */
function utf8Width(bytes: Buffer, at: number): number {
  const width = bytes[at] >= 0xf0 ? 4 : bytes[at] >= 0xe0 ? 3 : 2;
  return at + width <= bytes.length && isUtf8(bytes.subarray(at, at + width)) ? width : 0;
}

/** Returns the words with bytes above 0x7F. URLs and other ASCII text would outvote them. */
function nonAsciiWords(bytes: Buffer): Buffer {
  const words: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length && length < MAX_WORDS_LENGTH; at++) {
    if (bytes[at] < 0x80) continue;
    let start = at;
    while (start > 0 && isWordByte(bytes[start - 1])) start--;
    let end = at + 1;
    // A trail byte of Shift-JIS, GBK or Big5 may be ASCII punctuation.
    while (end < bytes.length && (isWordByte(bytes[end]) || bytes[end - 1] >= 0x80)) end++;
    words.push(bytes.subarray(start, end), Buffer.from(' '));
    length += end - start + 1;
    at = end;
  }
  return Buffer.concat(words);
}

const isWordByte = (byte: number): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
